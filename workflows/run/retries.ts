import { setHandler } from '@temporalio/workflow';

import type { CohortHead } from '../../activities/plan/activities.js';
import type { RetryAnswer } from '../contract/messages.js';
import { retryFailedUpdate } from '../contract/messages.js';
import { meta } from '../shared/activities.js';
import { asWorkflowFailure } from '../shared/failures.js';
import { field, refusal } from '../shared/refusal.js';
import type { RunBook } from './run-book.js';
import type { RunControl } from './run-control.js';

/** Symbols of one `retryFailed`, at most: an update is no place for a universe. */
const MOST_SYMBOLS = 500;

/** Takes `retryFailed`: while the cohorts are taught, those with failed windows wait once more. */
export class Retries {
  /** Cohorts that wait to be taught. */
  readonly waiting: CohortHead[] = [];
  private taking = false;

  constructor(
    private readonly runId: string,
    private readonly book: RunBook,
    private readonly control: RunControl,
  ) {
    setHandler(retryFailedUpdate, async (request) => this.retry(request?.symbols), {
      validator: (request) => this.mayRetry(request),
      description: 'train the failed windows of cohorts that have ended once more',
    });
  }

  /** True while cohorts are about to wait once more. */
  expecting(): boolean {
    return this.taking;
  }

  private async retry(symbols: readonly string[] | undefined): Promise<RetryAnswer> {
    const { book, control, runId } = this;
    const cohorts = book.cohortsWithFailures();
    const windows = book.failedIn(cohorts);
    this.taking = true;
    try {
      await meta.forgetFailures.executeWithOptions({ summary: `try ${windows} failed windows again` }, [
        { runId, cohorts: cohorts.map(({ id }) => id), ...(symbols === undefined ? {} : { symbols }) },
      ]);
      for (const cohort of cohorts) book.cohortAgain(cohort);
      this.waiting.push(...cohorts);
      return { ...control.answer(), windows, cohorts: cohorts.length };
    } catch (error) {
      // As an ApplicationFailure it fails the update alone; anything else would stall the run.
      throw asWorkflowFailure(error);
    } finally {
      this.taking = false;
    }
  }

  private mayRetry(request: unknown): void {
    const { book, control } = this;
    control.requireOpen();
    const step = book.step();
    if (step !== 'teach')
      throw refusal(`the run is at step ${step}: failed windows are tried again in step teach, or by resume`);
    if (this.taking) throw refusal('failed windows are being tried again already');
    if (book.cohortsWithFailures().length === 0)
      throw refusal('no window has failed in a cohort that has ended');
    const symbols = field(request, 'symbols');
    if (symbols === undefined) return;
    const listed = Array.isArray(symbols) && symbols.every((symbol) => typeof symbol === 'string');
    if (!listed || symbols.length === 0 || symbols.length > MOST_SYMBOLS)
      throw refusal(`symbols: must be a list of 1 to ${MOST_SYMBOLS} symbols`);
  }
}
