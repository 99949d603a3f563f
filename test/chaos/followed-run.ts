import { setTimeout as sleep } from 'node:timers/promises';

import type { RunStatus } from '../../data/schemas/run-status.js';
import { runStatusSchema } from '../../data/schemas/run-status.js';
import type { Ended, GurukulProcess } from '../client/support/gurukul-process.js';
import { startGurukul } from '../client/support/gurukul-process.js';

/** A run that is followed by `gurukul run`, and by `gurukul watch` after that is killed. */
export interface FollowedRun {
  readonly id: string;
  /** The final status from the last client; rejects when the run fails or no client can follow it. */
  readonly ended: Promise<RunStatus>;
  /** Number of clients that ended before the run without being killed. */
  clientFailures(): number;
  /** Kills the client, which is replaced by another one. False when there is no client now. */
  killClient(): boolean;
}

export interface FollowOptions {
  readonly id: string;
  /** File for `gurukul run --config`. */
  readonly config: string;
  readonly home: string;
  readonly address: string;
  /** Time that the run may take, kills included. */
  readonly limitMs: number;
  readonly log: (line: string) => void;
}

const RETRY_AFTER_MS = 1_000;

/** Starts a run from the command line and follows it to its end, whatever happens to the client. */
export function followRun(options: FollowOptions): FollowedRun {
  const { id, config, home, address, limitMs, log } = options;
  const until = Date.now() + limitMs;
  let client: GurukulProcess | undefined;
  let started = false;
  let clientFailures = 0;

  const follow = async (): Promise<RunStatus> => {
    for (;;) {
      const args = started ? ['watch', id] : ['run', '--run-id', id, '--config', config];
      const current = startGurukul([...args, '--json'], {
        cwd: home,
        env: { GURUKUL_HOME: home, TEMPORAL_ADDRESS: address },
      });
      client = current;
      current.saying(new RegExp(`^run ${id}$`, 'm')).then(
        () => (started = true),
        () => undefined,
      );
      const late = setTimeout(() => current.child.kill('SIGKILL'), Math.max(0, until - Date.now()));
      const ended = await current.ended;
      clearTimeout(late);
      client = undefined;
      const status = statusOf(ended);
      if (status?.phase === 'done') return status;
      if (hasFailed(ended, id)) throw new Error(`${id} failed: ${lastLines(ended.stderr)}`);
      if (Date.now() > until) throw new Error(`${id} has not ended after ${limitMs / 60_000} min`);
      if (ended.status !== null) {
        clientFailures += 1;
        log(`client of ${id} ended with status ${ended.status}: ${lastLines(ended.stderr)}`);
        await sleep(RETRY_AFTER_MS);
      }
    }
  };
  return {
    id,
    ended: follow(),
    clientFailures: () => clientFailures,
    killClient: () => client?.child.kill('SIGKILL') ?? false,
  };
}

function statusOf({ status, stdout }: Ended): RunStatus | undefined {
  if (status !== 0) return undefined;
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  try {
    return runStatusSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function hasFailed({ stderr }: Ended, id: string): boolean {
  return stderr.includes(`error: run ${id} failed`);
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-2).join(' | ');
}
