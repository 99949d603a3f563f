import { setHandler } from '@temporalio/workflow';

import type { CohortHead } from '../../activities/plan/activities.js';
import type { RetryAnswer } from '../contract/messages.js';
import { retryFailedUpdate } from '../contract/messages.js';
import { meta } from '../shared/activities.js';
import { asWorkflowFailure } from '../shared/failures.js';
import { summaryText } from '../shared/markdown.js';
import { field, refusal } from '../shared/refusal.js';
import { cohortsWithFailures, failedIn, untaughtOf } from './book-cohorts.js';
import type { RunBook } from './run-book.js';
import type { RunControl } from './run-control.js';

/** Most symbols of one `retryFailed`, to keep the update small. */
const MOST_SYMBOLS = 500;
/** Most symbols named in a message. */
const SYMBOLS_SHOWN = 5;

/** Accepts `retryFailed` while cohorts are trained: those with failed windows wait to be trained again. */
export class Retries {
  /** Cohorts that wait to be trained. */
  readonly waiting: CohortHead[] = [];
  private isOpen = false;
  private forgetting = false;

  constructor(
    private readonly runId: string,
    private readonly book: RunBook,
    private readonly control: RunControl,
  ) {
    setHandler(retryFailedUpdate, async (request) => this.retry(request?.symbols), {
      validator: (request) => this.mayRetry(request),
      description: 'retry the failed windows of cohorts that have ended',
    });
  }

  /** Accepts retries from now on. */
  open(): void {
    this.isOpen = true;
  }

  /** Refuses retries from now on, since nobody would train the cohorts. */
  close(): void {
    this.isOpen = false;
  }

  /** True while a retry is being prepared: its cohorts will be added to those that wait. */
  expecting(): boolean {
    return this.forgetting;
  }

  private async retry(symbols: readonly string[] | undefined): Promise<RetryAnswer> {
    const { book, control, runId } = this;
    const failed = cohortsWithFailures(book.snapshot());
    this.forgetting = true;
    try {
      const forgotten = await meta.forgetFailures.executeWithOptions({ summary: retrySummary(symbols) }, [
        {
          runId,
          cohorts: failed.map(({ id }) => id),
          untaught: untaughtOf(book.snapshot(), failed).map(({ id }) => id),
          ...(symbols === undefined ? {} : { symbols }),
        },
      ]);
      const { windows, cohorts } = this.concerned(failed, symbols, forgotten);
      if (cohorts.length === 0)
        throw refusal(`no window of ${listed(symbols ?? [])} has failed in a cohort that has ended`);
      for (const cohort of cohorts) book.cohortRetried(cohort);
      this.waiting.push(...cohorts);
      return { ...control.answer(), windows, cohorts: cohorts.length };
    } catch (error) {
      // An ApplicationFailure fails the update only; anything else would stall the run.
      throw asWorkflowFailure(error);
    } finally {
      this.forgetting = false;
    }
  }

  /** The cohorts and windows that are trained again. */
  private concerned(
    failed: readonly CohortHead[],
    symbols: readonly string[] | undefined,
    { windows, cohorts }: { readonly windows: number; readonly cohorts?: readonly string[] },
  ): { readonly windows: number; readonly cohorts: readonly CohortHead[] } {
    if (symbols === undefined) return { windows: failedIn(this.book.snapshot(), failed), cohorts: failed };
    // Activities of earlier versions do not say which cohorts are concerned.
    return { windows, cohorts: failed.filter(({ id }) => cohorts?.includes(id) ?? true) };
  }

  private mayRetry(request: unknown): void {
    const { book, control } = this;
    control.requireOpen();
    const step = book.step();
    if (step !== 'teach')
      throw refusal(
        `the run is at step ${step}: failed windows can be retried in step teach, or with resume after the run`,
      );
    if (!this.isOpen)
      throw refusal('every cohort has ended: retry the failed windows with resume after the run');
    if (this.forgetting) throw refusal('another retry of failed windows is being prepared');
    if (cohortsWithFailures(book.snapshot()).length === 0)
      throw refusal('no window has failed in a cohort that has ended');
    const symbols = field(request, 'symbols');
    if (symbols === undefined) return;
    const isList = Array.isArray(symbols) && symbols.every((symbol) => typeof symbol === 'string');
    if (!isList || symbols.length === 0 || symbols.length > MOST_SYMBOLS)
      throw refusal(`symbols: must be a list of 1 to ${MOST_SYMBOLS} symbols`);
  }
}

function retrySummary(symbols: readonly string[] | undefined): string {
  return summaryText(`retry failed windows${symbols === undefined ? '' : ` of ${listed(symbols)}`}`);
}

/** The first symbols, and how many more there are. */
function listed(symbols: readonly string[]): string {
  const shown = symbols.slice(0, SYMBOLS_SHOWN).join(', ');
  const more = symbols.length - SYMBOLS_SHOWN;
  return more > 0 ? `${shown} and ${more} more` : shown;
}
