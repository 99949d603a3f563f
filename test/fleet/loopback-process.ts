import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { until } from '../support/until.js';

/** A server of other people's on loopback, which a test may kill and start again. */
export interface LoopbackProcess {
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Starts it again, and waits until it answers. */
  start(): Promise<void>;
  /** Ends it. */
  stop(): Promise<void>;
}

/** Starts a program and waits until it answers. @param answers Whether it does. */
export async function startLoopbackProcess(
  program: string,
  args: readonly string[],
  options: SpawnOptions,
  answers: () => Promise<boolean>,
  stopSignal: NodeJS.Signals = 'SIGTERM',
): Promise<LoopbackProcess> {
  let said = '';
  const launch = (): ChildProcess => {
    const started = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [started.stdout, started.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4_000)));
    return started;
  };
  let child = launch();
  const isUp = async (): Promise<void> =>
    until(async () => {
      if (child.exitCode !== null) throw new Error(`${program} ended with code ${child.exitCode}: ${said}`);
      return answers();
    });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  await isUp();
  return {
    kill: async () => end('SIGKILL'),
    start: async () => {
      child = launch();
      await isUp();
    },
    stop: async () => end(stopSignal),
  };
}
