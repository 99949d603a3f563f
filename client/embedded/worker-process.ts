import type { ChildProcess } from 'node:child_process';
import path from 'node:path';

import { errorMessage, GurukulError, InvalidInputError } from '../../data/errors.js';
import type { Stage } from '../../data/telemetry/stages.js';
import { lastError } from './log-tail.js';
import { spawnWorker } from './spawn-worker.js';

/** What a supervised worker process is started with. */
export interface WorkerProcessOptions {
  /** Its name in what is printed, and of its log file: `train`. */
  readonly name: string;
  /** Program (a JavaScript file) and its arguments. */
  readonly entry: string;
  readonly args: readonly string[];
  /** The server that it is told, see `--address-from`. */
  readonly address?: Promise<string>;
  /** Its environment. @default this process's */
  readonly env?: NodeJS.ProcessEnv;
  /** Folder of its log, `worker-{name}.log`. */
  readonly logs: string;
  /** Prints what happened, a line at a time. */
  readonly report: (line: string) => void;
  /** Milliseconds a worker may take to drain after SIGTERM before it is killed. @default 60000 */
  readonly drainMs?: number;
  /** Milliseconds before the first restart; doubled for every further one, up to 30 s. @default 1000 */
  readonly backoffMs?: number;
}

/** A worker process that is started again when it dies. */
export interface WorkerProcess {
  readonly name: string;
  /** Resolves when the worker polls, with the stages of its start; rejects when it could not be brought up. */
  readonly ready: Promise<readonly Stage[]>;
  /** Rejects when the worker died and could not be brought up again. Never resolves. */
  readonly lost: Promise<never>;
  /** Lets the worker finish what it can checkpoint, and ends it. */
  stop(): Promise<void>;
  /** Ends it now. */
  kill(): void;
}

/** Failed starts in a row, none of which came to polling, after which a worker is given up. */
const MAX_FAILED_STARTS = 3;
const MAX_BACKOFF_MS = 30_000;
/** A worker that ran this long was healthy: the next restart is prompt again. */
const WELL_AFTER_MS = 60_000;
/** Exit status of a worker that refuses to start: a retry would not help. */
const REFUSED = 2;

/** Starts a worker process and keeps it alive. */
export function superviseWorker(options: WorkerProcessOptions): WorkerProcess {
  const { name, report } = options;
  const logFile = path.join(options.logs, `worker-${name}.log`);
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  /** Failed starts in a row. */
  let failedStarts = 0;
  /** Crashes in a row, each soon after its start. */
  let quickCrashes = 0;

  let isReady: (stages: readonly Stage[]) => void = () => undefined;
  let giveUp: (error: Error) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  const ready = Promise.race([
    new Promise<readonly Stage[]>((resolve) => {
      isReady = resolve;
    }),
    lost,
  ]);
  // Both may go unawaited for a while; whoever awaits them gets the error then.
  lost.catch(() => undefined);
  ready.catch(() => undefined);

  const start = (): void => {
    timer = undefined;
    let polled = false;
    let logStart = 0;
    const startedAt = performance.now();
    try {
      ({ child, logStart } = spawnWorker(
        options.entry,
        options.args,
        { logFile, env: options.env ?? process.env, address: options.address },
        (stages) => {
          polled = true;
          if (quickCrashes > 0) report(`worker ${name} is back`);
          failedStarts = 0;
          isReady(stages);
        },
      ));
    } catch (error) {
      giveUp(cannotStart(errorMessage(error)));
      return;
    }
    let ended = false;
    const onEnd = (how: string, code: number | null): void => {
      if (ended) return;
      ended = true;
      child = undefined;
      if (stopping) return;
      if (!polled) failedStarts += 1;
      quickCrashes = performance.now() - startedAt > WELL_AFTER_MS ? 1 : quickCrashes + 1;
      // A process that was killed could not log why.
      const why = code === null ? undefined : lastError(logFile, logStart);
      if (code === REFUSED && !polled) giveUp(refused(why));
      else if (failedStarts >= MAX_FAILED_STARTS) giveUp(cannotStart(how, why));
      else {
        const delay = Math.min(MAX_BACKOFF_MS, (options.backoffMs ?? 1000) * 2 ** (quickCrashes - 1));
        const reason = why === undefined ? how : `${how}: ${why}`;
        report(`worker ${name} ended (${reason}); starting it again in ${delay / 1000}s · log: ${logFile}`);
        timer = setTimeout(start, delay);
      }
    };
    child.once('exit', (code, signal) => onEnd(signal ?? `status ${code ?? '?'}`, code));
    child.once('error', (error) => onEnd(error.message, null));
  };

  const refused = (why = 'refused to start'): Error =>
    new InvalidInputError([`worker ${name}: ${why} (log: ${logFile})`]);
  const cannotStart = (how: string, why = 'it logged nothing'): Error =>
    new GurukulError(
      'TrainerCrashed',
      `worker ${name} does not stay up (${how}): ${why}\nits log: ${logFile}; check the machine with: gurukul doctor`,
    );

  const kill = (): void => {
    stopping = true;
    clearTimeout(timer);
    child?.kill('SIGKILL');
  };
  process.once('exit', kill);
  start();

  return {
    name,
    ready,
    lost,
    kill,
    stop: async () => {
      stopping = true;
      clearTimeout(timer);
      if (child !== undefined) await drain(child, name, options.drainMs ?? 60_000, report);
      process.removeListener('exit', kill);
    },
  };
}

async function drain(
  child: ChildProcess,
  name: string,
  drainMs: number,
  report: (line: string) => void,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const timer = setTimeout(() => {
    report(`worker ${name} did not end within ${drainMs / 1000}s and is killed; its last checkpoint stands`);
    child.kill('SIGKILL');
  }, drainMs);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(timer);
}
