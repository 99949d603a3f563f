import { Context } from '@temporalio/activity';

import { GurukulError } from '../../data/errors.js';
import { windowLabel } from '../../data/schemas/plan.js';
import type { ShardTroubles } from '../../data/schemas/shard-troubles.js';
import { trainingCodeVersion } from '../../data/store/code-version.js';
import type { Home } from '../../data/store/home.js';
import type { ShardPlace } from '../../data/store/shard-troubles.js';
import { readShardTroubles, writeShardTroubles } from '../../data/store/shard-troubles.js';
import { unitKey } from '../../data/store/units.js';
import { recordEvent } from '../../data/telemetry/telemetry.js';
import { readCohortBars } from '../market/cohort-bars.js';
import { unitInputs } from '../model/units/unit-keys.js';
import type { ShardJob, TrainerResult } from '../model/jobs.js';
import type { TrainerDeps } from '../trainer/run-job.js';
import { runJob } from '../trainer/run-job.js';
import { afterFailure } from './shard-troubles.js';

/**
 * Runs the job of a shard within the limits learnt from its earlier failures, and records what a failed attempt
 * adds: the next attempt, on any worker, trains fewer windows at once or leaves out a quarantined one.
 *
 * @throws what {@link runJob} throws.
 */
export async function runShard(
  deps: TrainerDeps & { readonly home: Home },
  job: ShardJob,
): Promise<TrainerResult> {
  const { home } = deps;
  const { config, cohort, shard } = job;
  const place: ShardPlace = { runId: config.runId, cohort: cohort.id, shard };
  const key = unitKey({
    code: await trainingCodeVersion(),
    ...unitInputs(job, await readCohortBars(home, job)),
  });
  for (;;) {
    const troubles = await readShardTroubles(home, place, key);
    let current: readonly string[] = [];
    try {
      return await runJob(deps, withLimits(job, troubles), ({ symbols = [] }) => {
        current = symbols;
      });
    } catch (error) {
      if (!(error instanceof GurukulError)) throw error;
      const updated = afterFailure(troubles, error, current);
      if (updated !== troubles) await writeShardTroubles(home, place, updated);
      const found = updated.quarantined.slice(troubles.quarantined.length);
      // Without a new quarantine an immediate retry would fail in the same way.
      if (found.length === 0) throw error;
      for (const { symbol, error: type } of found) recordQuarantine(home, job, symbol, type, updated);
    }
  }
}

function withLimits(job: ShardJob, { windowsAtOnce, quarantined }: ShardTroubles): ShardJob {
  const own = quarantined.filter(({ symbol }) => job.symbols.includes(symbol));
  return {
    ...job,
    ...(windowsAtOnce === null ? {} : { windowsAtOnce }),
    ...(own.length === 0 ? {} : { quarantined: own }),
  };
}

function recordQuarantine(
  home: Home,
  { config, cohort, arm }: ShardJob,
  symbol: string,
  error: string,
  { lastWords }: ShardTroubles,
): void {
  recordEvent(home, config.runId, {
    event: 'window_quarantined',
    id: `quarantine/${arm}/${cohort.id}/${symbol}`,
    window: windowLabel(symbol, cohort.start, cohort.end),
    arm,
    error,
    lastWords,
    attempt: Context.current().info.attempt,
  });
}
