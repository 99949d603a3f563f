import { spawn } from 'node:child_process';

import { COMPUTE_FLAGS } from '../../../data/compute-flags.js';
import { InvalidInputError } from '../../../data/errors.js';
import {
  parseWorkerCommandLine,
  parseWorkerFlags,
  workerCommandLine,
} from '../../../data/schemas/worker-arguments.js';
import { callsProviders } from '../../../data/schemas/worker-roles.js';
import { withoutProviderSecrets } from '../../../data/secrets/secrets.js';
import type { Home } from '../../../data/store/home.js';
import { WORKER_ENTRY } from '../../embedded/embedded.js';
import { homeProblems } from '../home-problems.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { takeInterrupts } from '../interrupt.js';

export interface WorkerFlags {
  readonly role: string;
  readonly accelerator?: string;
  readonly devices?: string;
  readonly deployment?: string;
  readonly trainers?: string;
  readonly slots?: string;
  readonly metricsPort?: string;
  readonly metricsHost?: string;
}

/**
 * Command line of the worker program, read once by the worker's own parser.
 *
 * @throws InvalidInputError naming every wrong flag.
 */
export function workerArguments(home: Home, flags: WorkerFlags): string[] {
  const { role, accelerator, devices, trainers, slots } = flags;
  const given = {
    ...{ role, accelerator, devices, trainers, slots },
    deployment: flags.deployment ?? fromEnvironment('GURUKUL_DEPLOYMENT'),
    'metrics-port': flags.metricsPort ?? fromEnvironment('GURUKUL_METRICS_PORT'),
    'metrics-host': flags.metricsHost ?? fromEnvironment('GURUKUL_METRICS_HOST'),
    home: home.root,
  };
  const problems = homeProblems(home.root);
  try {
    parseWorkerFlags(given);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    problems.unshift(...error.problems);
  }
  if (problems.length > 0) throw new InvalidInputError(problems);
  return workerCommandLine(given);
}

function fromEnvironment(variable: string): string | undefined {
  const value = process.env[variable];
  return value === '' ? undefined : value;
}

/**
 * Runs one worker process until it ends. The worker is a program of its own, with nothing of the client in
 * it. It gets a session of its own, so that Ctrl-C in the terminal reaches it once, as the SIGTERM that makes
 * it drain.
 */
export async function worker(cli: Cli, flags: WorkerFlags): Promise<ExitCode> {
  const args = workerArguments(cli.home, flags);
  const { roles } = parseWorkerCommandLine(args);
  const interrupts = takeInterrupts();
  const child = spawn(process.execPath, ['--enable-source-maps', ...COMPUTE_FLAGS, WORKER_ENTRY, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
    env: callsProviders(roles) ? process.env : withoutProviderSecrets(process.env),
  });
  interrupts.signal.addEventListener('abort', () => child.kill('SIGTERM'));
  interrupts.again.addEventListener('abort', () => child.kill('SIGKILL'));
  try {
    return await new Promise<ExitCode>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        if (signal !== null) cli.note(`the worker was ended by ${signal}`);
        resolve(code === 0 ? EXIT.ok : code === EXIT.badInput ? EXIT.badInput : EXIT.failed);
      });
    });
  } finally {
    interrupts.dispose();
  }
}
