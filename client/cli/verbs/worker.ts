import { spawn } from 'node:child_process';

import { InvalidInputError } from '../../../data/errors.js';
import { WORKER_ENTRY } from '../../embedded/embedded.js';
import { homeProblems } from '../check-run-input.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { takeInterrupts } from '../interrupt.js';

const ROLES: readonly string[] = ['meta', 'io', 'cpu', 'train'];

export interface WorkerFlags {
  readonly role: string;
  readonly accelerator?: string;
  readonly devices?: string;
  readonly deployment?: string;
  readonly trainers?: string;
}

/** The worker program's own arguments. @throws InvalidInputError naming every wrong flag. */
function workerArguments(cli: Cli, flags: WorkerFlags): string[] {
  const { role, accelerator = 'cpu', devices, trainers } = flags;
  const deployment = flags.deployment ?? process.env['GURUKUL_DEPLOYMENT'] ?? '';
  const roles = role === 'all' ? ROLES : role.split(',').map((name) => name.trim());
  const problems = roles
    .filter((name) => !ROLES.includes(name))
    .map((name) => `--role: "${name}" must be one of ${ROLES.join(', ')} or all`);
  if (!['cpu', 'gpu'].includes(accelerator))
    problems.push(`--accelerator: must be cpu or gpu, not ${accelerator}`);
  if (devices !== undefined && !/^\d+(,\d+)*$/.test(devices))
    problems.push(`--devices: must be numbers such as 0,1, not ${devices}`);
  if (devices !== undefined && accelerator !== 'gpu')
    problems.push('--devices: only a worker with --accelerator gpu has devices');
  if (deployment !== '' && !/^[\w-]{1,100}$/.test(deployment))
    problems.push(`--deployment: must be letters, digits, _ and -, not ${deployment}`);
  if (trainers !== undefined && !/^[1-9]\d?$/.test(trainers))
    problems.push(`--trainers: must be a number from 1 to 99, not ${trainers}`);
  if (trainers !== undefined && accelerator === 'gpu')
    problems.push(
      '--trainers: the trainers of a worker with --accelerator gpu are those of its --devices, as 0,0,1',
    );
  problems.push(...homeProblems(cli.home.root));
  if (problems.length > 0) throw new InvalidInputError(problems);
  return [
    ...['--roles', [...new Set(roles)].join(','), '--home', cli.home.root, '--accelerator', accelerator],
    ...(devices === undefined ? [] : ['--devices', devices]),
    ...(deployment === '' ? [] : ['--deployment', deployment]),
    ...(trainers === undefined ? [] : ['--trainers', trainers]),
  ];
}

/**
 * Runs one worker process until it ends. The worker is a program of its own, with nothing of the client in it. It gets a session of its own, so
 * that Ctrl-C in the terminal reaches it once, as the SIGTERM that makes it drain.
 */
export async function worker(cli: Cli, flags: WorkerFlags): Promise<ExitCode> {
  const args = workerArguments(cli, flags);
  const interrupts = takeInterrupts();
  const child = spawn(process.execPath, ['--enable-source-maps', WORKER_ENTRY, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
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
