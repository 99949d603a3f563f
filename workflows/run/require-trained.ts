import { ApplicationFailure, patched } from '@temporalio/workflow';

import type { RunConfig } from '../../data/schemas/run-input.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import { artifact } from '../shared/activities.js';
import type { RunBook } from './run-book.js';

/**
 * Fails a run in which no window was trained, with a failure notice in the bundle's place: its bundle would hold no
 * figure.
 *
 * @throws ApplicationFailure DataGap, with the RunStatus as its details.
 */
export async function requireTrained(config: RunConfig, book: RunBook): Promise<void> {
  const { windows, failedBy, skippedBy } = book.status();
  if (windows.succeeded > 0) return;
  // Runs of earlier versions ended as done, with a bundle without figures.
  if (!patched('fail-untrained-run')) return;
  const counts = Object.entries({ ...skippedBy, ...failedBy }).map(([reason, n]) => `${reason} ${n}`);
  const found = `no window was trained (${counts.join(', ')})`;
  const { notice, failures = [] } = await artifact.writeFailureNotice.executeWithOptions({ summary: found }, [
    { config, message: found, failedBy, nothingTrained: true },
  ]);
  const message = [
    found,
    ...failures,
    failures.length === 0
      ? 'Choose longer windows, a shorter horizon or more bars, and start another run'
      : `Fix this, then: gurukul resume ${config.runId} --only failed (all of it is in FAILED.md)`,
  ].join('\n');
  book.bundled(notice, null);
  throw ApplicationFailure.create({
    message,
    type: 'DataGap',
    nonRetryable: true,
    // The run has failed, although its end is not recorded yet.
    details: [{ ...book.status(), phase: 'failed' } satisfies RunStatus],
  });
}
