import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A worker program that was started. */
export interface SpawnedWorker {
  readonly child: ChildProcess;
  /** Where in the log file its own lines begin, in bytes. */
  readonly logStart: number;
}

/**
 * Starts a worker program. Its stderr goes straight into the log file, so that the last lines before a crash
 * are there. The process gets a session of its own: Ctrl-C in the terminal must reach it through us, in
 * order. The IPC channel closes with us, however we end, which makes the worker drain.
 *
 * @param entry A JavaScript file.
 * @param onReady Called when the worker says that it polls.
 */
export function spawnWorker(
  entry: string,
  args: readonly string[],
  logFile: string,
  onReady: () => void,
): SpawnedWorker {
  mkdirSync(path.dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a');
  try {
    const logStart = fstatSync(log).size;
    const child = spawn(process.execPath, ['--enable-source-maps', entry, ...args], {
      stdio: ['ignore', 'pipe', log, 'ipc'],
      detached: true,
    });
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (saysReady(line)) onReady();
      });
    }
    return { child, logStart };
  } finally {
    closeSync(log);
  }
}

function saysReady(line: string): boolean {
  try {
    const message: unknown = JSON.parse(line);
    return typeof message === 'object' && message !== null && 'ready' in message && message.ready === true;
  } catch {
    return false;
  }
}
