import type { RunStatus } from '../../data/schemas/run-status.js';
import type { Home } from '../../data/store/home.js';
import { algorithmOf } from './algorithm.js';
import { recommendationOf } from './recommendation.js';

/** A status as `--json` prints it: with what the run's bundle says, once there is one. */
export async function printedStatus(home: Home, status: RunStatus): Promise<RunStatus> {
  const found = await recommendationOf(status);
  const algorithm = await algorithmOf(home, status);
  return {
    ...status,
    ...(found === undefined ? {} : { recommendation: found.recommendation }),
    ...(algorithm === undefined ? {} : { algorithm }),
  };
}
