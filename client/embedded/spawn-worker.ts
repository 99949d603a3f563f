import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { z } from 'zod';

import { COMPUTE_FLAGS } from '../../data/compute-flags.js';
import type { Stage } from '../../data/telemetry/stages.js';
import { stageSchema } from '../../data/telemetry/stages.js';

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
 * @param env Its environment.
 * @param address The server, which may still be starting; the worker is told when it has started.
 * @param onReady Called when the worker says that it polls, with the stages of its start.
 */
export function spawnWorker(
  entry: string,
  args: readonly string[],
  {
    logFile,
    env,
    address,
  }: {
    readonly logFile: string;
    readonly env: NodeJS.ProcessEnv;
    readonly address?: Promise<string> | undefined;
  },
  onReady: (stages: readonly Stage[]) => void,
): SpawnedWorker {
  mkdirSync(path.dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a');
  try {
    const logStart = fstatSync(log).size;
    const child = spawn(process.execPath, ['--enable-source-maps', ...COMPUTE_FLAGS, entry, ...args], {
      stdio: ['ignore', 'pipe', log, 'ipc'],
      detached: true,
      env,
    });
    address?.then(
      (told) => {
        if (child.connected) child.send({ address: told });
      },
      () => undefined, // Whoever starts the server ends the worker.
    );
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const stages = stagesIfReady(line);
        if (stages !== undefined) onReady(stages);
      });
    }
    return { child, logStart };
  } finally {
    closeSync(log);
  }
}

const readySchema = z.object({ ready: z.literal(true), stages: z.array(stageSchema).default([]) });

function stagesIfReady(line: string): readonly Stage[] | undefined {
  try {
    return readySchema.safeParse(JSON.parse(line)).data?.stages;
  } catch {
    return undefined;
  }
}
