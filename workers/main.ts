import { guardEventLoop } from '../data/event-loop.js';
import { GurukulError, errorMessage } from '../data/errors.js';
import { safeMessage } from '../data/text/safe-text.js';
import { dropProviderSecrets, maskSecrets } from '../data/secrets/secrets.js';
import { FAULTS_VARIABLE, armFaultsFromEnv } from '../data/fault-injection.js';
import { parseWorkerCommandLine } from '../data/schemas/worker-arguments.js';
import { callsProviders } from '../data/schemas/worker-roles.js';
import { Home, homeFromEnv } from '../data/store/home.js';
import { closeOpenFiles } from '../data/store/open-files.js';
import { packageRoot } from '../data/store/package-root.js';
import { startStageClock } from '../data/telemetry/stages.js';
import { buildId } from '../temporal-config/build-id.js';
import { connectWorker } from '../temporal-config/connection.js';
import { claimNamespace } from '../temporal-config/home-claim.js';
import { useServerAsWorker } from '../temporal-config/server-users.js';
import { flushTraces, tracingOf } from '../temporal-config/tracing/tracing.js';
import { passClockFault } from './clock-fault.js';
import { createLogger, temporalLogger } from './logging.js';
import { startWorkerEndpoint } from './metrics/worker-endpoint.js';
import { RoleFailedError } from './run-together.js';
import { toldAddress } from './told-address.js';
import { runWorker } from './run-worker.js';

const EXIT_FAILED = 1;
const EXIT_BAD_INPUT = 2;

async function main(): Promise<void> {
  const clock = startStageClock();
  const { roles, accelerator, devices, trainers, slots, home, namespace, deployment, metrics, ...given } =
    parseWorkerCommandLine(process.argv.slice(2));
  // Before anything else can read, log or inherit them; the worker may have been started by hand.
  if (!callsProviders(roles)) dropProviderSecrets();
  const log = createLogger({ pid: process.pid, roles });
  const faults = armFaultsFromEnv();
  if (faults > 0)
    log.warn({ faults }, `faults are armed by ${FAULTS_VARIABLE}: this is a test, not a service`);
  passClockFault('worker');
  const leaving = new AbortController();
  const leave = (why: string): void => {
    if (leaving.signal.aborted) return;
    log.info({ why }, 'leaving: checkpoints first');
    leaving.abort();
  };
  guardEventLoop();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => leave(signal));
  // Started by another process, a worker does not outlive it.
  process.on('disconnect', () => leave('its parent is gone'));
  // Nor does it crash when it writes to a parent that is gone.
  process.stdout.on('error', () => undefined);
  const told = given.addressFrom === 'parent' ? toldAddress(leaving.signal) : undefined;
  // Listening must not keep a process alive that has nothing more to do.
  process.channel?.unref();
  const own = home === undefined ? homeFromEnv(packageRoot) : new Home(home);
  for (const problem of closeOpenFiles(own)) log.warn(problem);
  let coreError: string | undefined;
  // Before the first connection, which would start the runtime with its own settings; signals are ours.
  const endpoint = await clock.time('serve the metrics', async () =>
    startWorkerEndpoint({ home: own, roles }, metrics, {
      logger: temporalLogger(log, (message) => (coreError = message)),
      telemetryOptions: { logging: { forward: {} } },
      shutdownSignals: [],
    }),
  );
  leaving.signal.addEventListener('abort', () => endpoint?.readiness.leaving());
  const address =
    told === undefined ? given.address : await clock.time('wait for the server', async () => told());
  const server = await clock.time('connect', async () =>
    connectWorker({
      ...(address === undefined ? {} : { address }),
      ...(namespace === undefined ? {} : { namespace }),
    }),
  );
  await endpoint?.connected(server);
  // An address is given by the program that started the server; it may be killed before its workers have left.
  const serverUse = address === undefined ? undefined : useServerAsWorker(own, address);
  serverUse?.catch((error: unknown) => log.warn({ err: error }, 'cannot join the users of the server'));
  try {
    if (!(await claimNamespace(server.connection, server.namespace, own)))
      log.warn('the namespace cannot be claimed for this home: make sure that no other home uses it');
    await runWorker({
      roles,
      accelerator,
      devices,
      ...(trainers === undefined ? {} : { trainers }),
      ...(slots === undefined ? {} : { slots }),
      home: own,
      packageRoot,
      connection: server.connection,
      namespace: server.namespace,
      dataConverter: server.dataConverter,
      log,
      leaving,
      ...(deployment === undefined
        ? {}
        : { version: { deploymentName: deployment, buildId: await buildId(packageRoot) } }),
      clock,
      metrics: endpoint?.metrics,
      tracing: await tracingOf('gurukul-worker'),
      onReady: () => {
        endpoint?.readiness.polling();
        process.stdout.write(`${JSON.stringify({ ready: true, roles, stages: clock.stages })}\n`);
      },
    });
  } catch (error) {
    // The connection stays open: where a worker still holds it, closing would throw, and hide what was wrong.
    if (isBadInput(error)) throw error;
    const message =
      error instanceof RoleFailedError && coreError !== undefined
        ? `role ${error.role} failed: ${coreError.replace(/, (?:details|metadata): .*/, ' })')}`
        : errorMessage(error);
    log.error({ err: error }, message);
    throw new Error(message, { cause: error });
  }
  await endpoint?.close();
  await flushTraces();
  await server.connection.close();
  await (await serverUse?.catch(() => undefined))?.leave();
  log.info('left');
}

function isBadInput(error: unknown): boolean {
  return error instanceof GurukulError && error.type === 'InvalidInput';
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${safeMessage(`error: ${maskSecrets(errorMessage(error))}`)}\n`);
  // Not `exitCode`: what is half set up must not keep a process alive that does nothing.
  process.exit(isBadInput(error) ? EXIT_BAD_INPUT : EXIT_FAILED);
}
