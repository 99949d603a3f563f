import { setTimeout as sleep } from 'node:timers/promises';

import type { RunStatus } from '../../data/schemas/run-status.js';
import { runStatusSchema } from '../../data/schemas/run-status.js';
import type { Ended, GurukulProcess } from '../client/support/gurukul-process.js';
import { startGurukul } from '../client/support/gurukul-process.js';

/** A run that is followed by `gurukul run`, and by `gurukul watch` when that is killed. */
export interface FollowedRun {
  readonly id: string;
  /** What the last client said at the end; rejects when the run fails or no client can follow it. */
  readonly ended: Promise<RunStatus>;
  /** Clients that ended without being killed and before the run did. */
  fallen(): number;
  /** Kills the client; another one takes its place. False when there is none now. */
  killClient(): boolean;
}

export interface FollowOptions {
  readonly id: string;
  /** File of `gurukul run --config`. */
  readonly config: string;
  readonly home: string;
  readonly address: string;
  /** Time that the run may take, kills included. */
  readonly limitMs: number;
  readonly tell: (line: string) => void;
}

const AGAIN_AFTER_MS = 1_000;

/** Starts a run from the command line and follows it to its end, whatever happens to the client. */
export function followRun(options: FollowOptions): FollowedRun {
  const { id, config, home, address, limitMs, tell } = options;
  const until = Date.now() + limitMs;
  let client: GurukulProcess | undefined;
  let started = false;
  let fallen = 0;

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
        fallen += 1;
        tell(`client of ${id} ended with status ${ended.status}: ${lastLines(ended.stderr)}`);
        await sleep(AGAIN_AFTER_MS);
      }
    }
  };
  return {
    id,
    ended: follow(),
    fallen: () => fallen,
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
