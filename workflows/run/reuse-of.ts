import type { Reuse } from '../../data/schemas/run-status.js';
import type { CohortLine } from '../contract/messages.js';

/** Most cohorts named, to keep the status payload small. */
const MAX_COHORTS = 20;

/** What was reused and what was trained in the cohorts that have ended. */
export function reuseOf(cohorts: readonly CohortLine[], changes: readonly string[]): Reuse {
  const taught = cohorts.filter(({ succeeded }) => succeeded > 0);
  const trained = taught.filter(({ succeeded, reused = 0 }) => reused < succeeded);
  const succeeded = taught.reduce((sum, line) => sum + line.succeeded, 0);
  const reused = taught.reduce((sum, line) => sum + (line.reused ?? 0), 0);
  return {
    windows: { reused, trained: succeeded - reused },
    cohorts: { reused: taught.length - trained.length, trained: trained.length },
    trained: trained.slice(0, MAX_COHORTS).map(({ id }) => id),
    changes: [...changes],
  };
}
