import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import path from 'node:path';

import { compiledRoot } from '../../../data/store/package-root.js';

/** As users run it; where coverage is measured, the modules that the bundle is made of. */
const MAIN =
  process.env['NODE_V8_COVERAGE'] === undefined
    ? path.join(compiledRoot, 'client-bundle', 'main.js')
    : path.join(compiledRoot, 'client', 'cli', 'main.js');

/** How a command ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface GurukulProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when stderr matches; rejects when the command ends before. */
  saying(pattern: RegExp): Promise<void>;
}

/** Runs the compiled command line as a user would. */
export function startGurukul(
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): GurukulProcess {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: options.cwd,
    env: { ...process.env, npm_lifecycle_event: undefined, npm_command: undefined, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
  return {
    child,
    ended,
    saying: async (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (pattern.test(stderr)) resolve();
        };
        child.stderr.on('data', look);
        look();
        void ended.then(() => reject(new Error(`ended before it said ${String(pattern)}:\n${stderr}`)));
      }),
  };
}

/** Runs a command to its end. */
export async function gurukul(...start: Parameters<typeof startGurukul>): Promise<Ended> {
  return startGurukul(...start).ended;
}
