import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const WORKER_MAIN = fileURLToPath(new URL('../../workers/main.js', import.meta.url));

/** A worker process, as an operator runs it. */
export interface WorkerProcess {
  readonly process: ChildProcess;
  /** Ends it abruptly with SIGKILL, and waits until it has exited. */
  kill(): Promise<void>;
  /** Shuts it down with SIGTERM; returns its exit code. */
  leave(): Promise<number | null>;
}

/** Starts a worker process and waits until it polls. */
export async function startWorkerProcess(options: {
  readonly roles: string;
  readonly home: string;
  readonly address: string;
  /** Further flags. */
  readonly flags?: readonly string[];
  /** Called with every log line; the level is then `debug`. */
  readonly onLog?: (line: string) => void;
  /** Another program with the same arguments and the same ready message. */
  readonly program?: string;
  /** In addition to the environment of the tests. */
  readonly env?: NodeJS.ProcessEnv;
}): Promise<WorkerProcess> {
  const { roles, home, address, flags = [], onLog, program = WORKER_MAIN, env } = options;
  const child = fork(program, ['--role', roles, '--home', home, '--address', address, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, GURUKUL_LOG_LEVEL: onLog === undefined ? 'warn' : 'debug', ...env },
  });
  let errors = '';
  if (child.stderr !== null)
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (!polls) errors += `${line}\n`;
      onLog?.(line);
    });
  let polls = false;
  const ready = new Promise<void>((resolve) => {
    if (child.stdout !== null)
      createInterface({ input: child.stdout }).on(
        'line',
        (line) => line.includes('"ready":true') && resolve(),
      );
  }).then(() => {
    polls = true;
  });
  const gone = once(child, 'exit').then(() => {
    throw new Error(`the worker ended before it polled: ${errors}`);
  });
  await Promise.race([ready, gone]);
  gone.catch(() => undefined);
  return {
    process: child,
    kill: async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
    leave: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      return child.exitCode;
    },
  };
}
