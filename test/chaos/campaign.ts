import { stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { problemOf } from '../../activities/audit/verify-report.js';
import { verifyBundle } from '../../activities/audit/verify.js';
import { errorMessage } from '../../data/errors.js';
import type { RunInputDraft } from '../../data/schemas/run-input.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import { writeJson } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { eventsOf } from '../support/run-files.js';
import type { FollowedRun } from './followed-run.js';
import { followRun } from './followed-run.js';
import type { PlannedKill, Target } from './kill-plan.js';
import { planKills } from './kill-plan.js';
import type { RunAccount } from './run-account.js';
import { accountOf } from './run-account.js';
import type { Stack } from './stack.js';
import { startStack } from './stack.js';
import type { TrainingFigures } from './training-watch.js';
import { createTrainingWatch } from './training-watch.js';

/** A performed kill. */
export interface Kill {
  readonly target: Target;
  /** Seconds since the start of the first disturbed run. */
  readonly at: number;
  /** Runs that were in flight, with their phase. */
  readonly met: readonly { readonly run: string; readonly phase: string }[];
  /** Seconds until everything was up again. */
  readonly downFor: number;
}

/** Result of a run. */
export interface RunEnd {
  readonly run: string;
  /** Seconds from start to end. */
  readonly took: number;
  /** Differences from the undisturbed run, except for those in the account; empty if there are none. */
  readonly wrong: readonly string[];
  readonly account: RunAccount;
  readonly training: TrainingFigures;
  /** Number of clients that failed without being killed. */
  readonly clientFailures: number;
}

export interface Campaign {
  readonly seed: number;
  readonly undisturbed: RunStatus;
  /** Seconds that the undisturbed run took. */
  readonly undisturbedTook: number;
  readonly kills: readonly Kill[];
  readonly runs: readonly RunEnd[];
}

export interface CampaignOptions {
  readonly seed: number;
  readonly kills: number;
  readonly home: Home;
  /** Number of runs in flight at once, not counting runs that wait. */
  readonly together: number;
  /** What the runs train; absent: 18 windows in 9 shards and 3 cohorts. */
  readonly input?: RunInputDraft;
  readonly log: (line: string) => void;
  /** Called with the address of the server once all runs have ended. */
  readonly atEnd?: (address: string) => Promise<void>;
}

/** Small enough to take seconds, with enough cohorts and shards for kills between and inside them. */
const INPUT: RunInputDraft = {
  symbols: ['RELIANCE', 'TCS', 'INFY', 'HDFCBANK', 'ITC', 'SBIN'],
  from: '2022-07-01',
  to: '2023-12-27',
  shardWindows: 2,
};

const UNDISTURBED = 'undisturbed';
const RUN_MINUTES = 15;
/** Maximum number of runs in flight per active run. */
const MAX_PER_ACTIVE_RUN = 3;
const NO_TRAINER_WAIT_MS = 250;
const NO_TRAINER_TRIES = 40;

/**
 * Runs the real stack, kills its parts at random while runs are in flight, restarts them, and compares every run with
 * an undisturbed one.
 */
export async function runCampaign(options: CampaignOptions): Promise<Campaign> {
  const { seed, home, together, input = INPUT, log } = options;
  const watch = createTrainingWatch();
  const stack = await startStack(home, (line) => watch.addLine(line), log);
  const config = path.join(home.root, 'chaos-input.json');
  // Runs must not reuse each other's units: every run has to train.
  await writeJson(config, { ...input, reuse: 'own' });
  const follow = (id: string): FollowedRun =>
    followRun({
      ...{ id, config, home: home.root, address: stack.address, log },
      limitMs: RUN_MINUTES * 60_000,
    });
  try {
    const began = performance.now();
    const undisturbed = await follow(UNDISTURBED).ended;
    const undisturbedMs = performance.now() - began;
    log(`undisturbed: ${seconds(undisturbedMs)} s, digest ${undisturbed.bundleDigest ?? '?'}`);

    const finish = async (run: FollowedRun, since: number): Promise<RunEnd> => {
      const wrong = await run.ended.then(
        (status) => differences(status, undisturbed),
        (error: unknown) => Promise.resolve([errorMessage(error)]),
      );
      const took = seconds(performance.now() - since);
      const account = await accountOf(home, run.id, UNDISTURBED);
      const training = watch.figures(run.id);
      return { run: run.id, took, wrong, account, training, clientFailures: run.clientFailures() };
    };

    const inFlight = new Map<string, FollowedRun>();
    const runs: Promise<RunEnd>[] = [];
    const start = performance.now();
    // A run that waits for a heartbeat timeout does not count, so that there is always work to kill.
    const refill = async (): Promise<void> => {
      const quiet = await quietRuns(home, [...inFlight.keys()], undisturbedMs);
      while (inFlight.size - quiet < together && inFlight.size < MAX_PER_ACTIVE_RUN * together) {
        const run = follow(`run-${runs.length + 1}`);
        inFlight.set(run.id, run);
        const end = finish(run, performance.now());
        runs.push(end);
        run.ended.catch(() => undefined).finally(() => inFlight.delete(run.id));
      }
    };

    const kills: Kill[] = [];
    for (const planned of planKills(seed, options.kills)) {
      await refill();
      await sleep(planned.wait * undisturbedMs);
      await refill();
      const met = await phasesOf(home, [...inFlight.keys()]);
      const at = seconds(performance.now() - start);
      const killedAt = performance.now();
      await performKill(planned, stack, [...inFlight.values()]);
      const kill = { target: planned.target, at, met, downFor: seconds(performance.now() - killedAt) };
      kills.push(kill);
      log(
        `kill ${kills.length}: ${kill.target} at ${at} s, met ${met.map(({ run, phase }) => `${run} ${phase}`).join(', ')}`,
      );
    }
    const ends = await Promise.all(runs);
    await options.atEnd?.(stack.address);
    return { seed, undisturbed, undisturbedTook: seconds(undisturbedMs), kills, runs: ends };
  } finally {
    await stack.stop();
  }
}

async function performKill(
  { target, which }: PlannedKill,
  stack: Stack,
  inFlight: readonly FollowedRun[],
): Promise<void> {
  switch (target) {
    case 'server':
      return stack.killServer();
    case 'trainer':
      // After a kill there is no trainer process until the next job.
      return until(() => stack.killTrainer(which));
    case 'client':
      return until(() =>
        Promise.resolve(inFlight[Math.floor(which * inFlight.length)]?.killClient() ?? false),
      );
    case 'meta worker':
      return stack.killWorker('meta');
    case 'io worker':
      return stack.killWorker('io');
    case 'cpu worker':
      return stack.killWorker('cpu');
    case 'train worker':
      return stack.killWorker('train');
  }
}

async function until(done: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < NO_TRAINER_TRIES; tries += 1) {
    if (await done()) return;
    await sleep(NO_TRAINER_WAIT_MS);
  }
  throw new Error('there was no process to kill');
}

async function differences(status: RunStatus, undisturbed: RunStatus): Promise<string[]> {
  const wrong: string[] = [];
  if (status.bundleDigest !== undisturbed.bundleDigest)
    wrong.push(`digest ${status.bundleDigest ?? 'none'} instead of ${undisturbed.bundleDigest ?? 'none'}`);
  if (JSON.stringify(status.windows) !== JSON.stringify(undisturbed.windows))
    wrong.push(`windows ${JSON.stringify(status.windows)}`);
  const verified = await verifyBundle(status.bundle ?? '');
  if (!verified.ok) wrong.push(`the bundle does not verify: ${problemOf(verified)}`);
  return wrong;
}

/** Number of runs without a telemetry event for a given time. */
async function quietRuns(home: Home, runs: readonly string[], forMs: number): Promise<number> {
  const lastWritten = await Promise.all(
    runs.map(async (run) => (await stat(home.telemetry(run)).catch(() => undefined))?.mtimeMs),
  );
  return lastWritten.filter((at) => at !== undefined && Date.now() - at > forMs).length;
}

/** The last recorded phase of each run. */
async function phasesOf(home: Home, runs: readonly string[]): Promise<Kill['met']> {
  return Promise.all(
    runs.map(async (run) => {
      // The last line may be incomplete while it is being written.
      const events = await eventsOf(home, run).catch(() => []);
      const phase = events.findLast(({ event }) => event === 'phase')?.phase;
      return { run, phase: typeof phase === 'string' ? phase : 'plan' };
    }),
  );
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}
