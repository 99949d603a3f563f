import { ApplicationFailure } from '@temporalio/workflow';

import type { RunConfig } from '../../data/schemas/run-input.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import { ABOVE_FAILURE_THRESHOLD } from '../contract/messages.js';
import { artifact } from '../shared/activities.js';
import { failureRate } from './book-views.js';
import type { RunBook } from './run-book.js';

/** Writes the failure notice of a run with too many failed windows. @returns The run's failure. */
export async function aboveThreshold(config: RunConfig, book: RunBook): Promise<ApplicationFailure> {
  const status = book.status();
  const rate = (100 * failureRate(book.snapshot())).toFixed(1);
  const found = `${status.windows.failed} windows failed, ${rate} % of those tried, above the limit of ${100 * config.maxFailureRate} %`;
  const { notice, failures = [] } = await artifact.writeFailureNotice.executeWithOptions({ summary: found }, [
    { config, message: found, failedBy: status.failedBy },
  ]);
  const types = Object.entries(status.failedBy).map(([type, n]) => `${type} ${n}`);
  const message = [
    `${found} (${types.join(', ')})`,
    ...failures,
    `Fix this, then: gurukul resume ${config.runId} --only failed (all of it is in FAILED.md)`,
  ].join('\n');
  book.bundled(notice, null);
  return ApplicationFailure.create({
    message,
    type: ABOVE_FAILURE_THRESHOLD,
    nonRetryable: true,
    // The run has failed, although its end is not recorded yet.
    details: [{ ...book.status(), phase: 'failed' } satisfies RunStatus],
  });
}
