import { parseArgs } from 'node:util';

import { Runtime } from '@temporalio/worker';
import { z } from 'zod';

import { GurukulError, errorMessage } from '../data/errors.js';
import { FAULTS_VARIABLE, armFaultsFromEnv } from '../data/faults.js';
import { parseInput } from '../data/schemas/problems.js';
import { Home, homeFromEnv } from '../data/store/home.js';
import { packageRoot } from '../data/store/package-root.js';
import { buildId } from '../temporal-config/build-id.js';
import { connectWorker } from '../temporal-config/connection.js';
import { claimNamespace } from '../temporal-config/home-claim.js';
import { passClockFault } from './clock-fault.js';
import { createLogger, temporalLogger } from './logging.js';
import { ROLES } from './roles.js';
import { runWorker } from './run-worker.js';

/** Arguments of the worker process: `--roles meta,io --accelerator cpu --devices 0 --trainers 2 --home DIR --address HOST:PORT --deployment NAME`. */
const argumentsSchema = z.strictObject({
  roles: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(ROLES, { error: `must be of ${ROLES.join(', ')}` })).min(1)),
  accelerator: z.enum(['cpu', 'gpu']).default('cpu'),
  devices: z
    .string()
    .regex(/^\d+(,\d+)*$/, 'must be numbers such as 0,1')
    .transform((text) => text.split(','))
    .refine((all) => new Set(all).size === all.length, { error: 'must name each device once' })
    .default([]),
  trainers: z
    .string()
    .regex(/^[1-9]\d?$/, 'must be a number from 1 to 99')
    .transform(Number)
    .optional(),
  home: z.string().optional(),
  address: z.string().optional(),
  namespace: z.string().optional(),
  deployment: z.string().min(1).optional(),
});

const EXIT_FAILED = 1;
const EXIT_BAD_INPUT = 2;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      roles: { type: 'string' },
      accelerator: { type: 'string' },
      devices: { type: 'string' },
      trainers: { type: 'string' },
      home: { type: 'string' },
      address: { type: 'string' },
      namespace: { type: 'string' },
      deployment: { type: 'string' },
    },
  });
  const { roles, accelerator, devices, trainers, home, address, namespace, deployment } = parseInput(
    argumentsSchema,
    { ...values },
    (name) => `--${name}`,
  );
  const log = createLogger({ pid: process.pid, roles });
  const faults = armFaultsFromEnv();
  if (faults > 0)
    log.warn({ faults }, `faults are armed by ${FAULTS_VARIABLE}: this is a trial, not a service`);
  passClockFault('worker');
  const shutdown = new AbortController();
  const leave = (why: string): void => {
    if (shutdown.signal.aborted) return;
    log.info({ why }, 'leaving: checkpoints first');
    shutdown.abort();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => leave(signal));
  // Started by another process, a worker does not outlive it.
  process.on('disconnect', () => leave('its parent is gone'));
  // Listening must not keep a process alive that has nothing left to do.
  process.channel?.unref();
  // Before the first connection, which would start the runtime with its own settings; signals are ours.
  Runtime.install({ logger: temporalLogger(log), shutdownSignals: [] });
  const server = await connectWorker({
    ...(address === undefined ? {} : { address }),
    ...(namespace === undefined ? {} : { namespace }),
  });
  const own = home === undefined ? homeFromEnv(packageRoot) : new Home(home);
  try {
    if (!(await claimNamespace(server.connection, server.namespace, own)))
      log.warn('the namespace cannot be claimed for this home: see to it that no other home uses it');
    await runWorker({
      roles,
      accelerator,
      devices,
      ...(trainers === undefined ? {} : { trainers }),
      home: own,
      packageRoot,
      connection: server.connection,
      namespace: server.namespace,
      log,
      shutdown: shutdown.signal,
      ...(deployment === undefined
        ? {}
        : { version: { deploymentName: deployment, buildId: await buildId(packageRoot) } }),
      onReady: () => process.stdout.write(`${JSON.stringify({ ready: true, roles })}\n`),
    });
  } finally {
    await server.connection.close();
    log.info('left');
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`error: ${errorMessage(error)}\n`);
  process.exitCode =
    error instanceof GurukulError && error.type === 'InvalidInput' ? EXIT_BAD_INPUT : EXIT_FAILED;
}
