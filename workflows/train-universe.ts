import {
  ApplicationFailure,
  CancellationScope,
  ContinueAsNew,
  allHandlersFinished,
  condition,
  continueAsNew,
  isCancellation,
  patched,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';

import type { SettledRun } from '../activities/plan/activities.js';
import type { FileRef } from '../data/schemas/file-ref.js';
import type { RetryRequest } from '../data/schemas/retry-request.js';
import type { RunStatus } from '../data/schemas/run-status.js';
import { runIdOf } from './contract/run-id.js';
import { aboveThreshold } from './run/above-threshold.js';
import type { BookState } from './run/book-state.js';
import { failureRate } from './run/book-views.js';
import { requireTrained } from './run/require-trained.js';
import { distillStudents } from './run/distill-students.js';
import type { PreparedRun } from './run/prepare-run.js';
import { prepareRun } from './run/prepare-run.js';
import { Retries } from './run/retries.js';
import { RunBook } from './run/run-book.js';
import type { ControlState } from './run/run-control.js';
import { RunControl } from './run/run-control.js';
import type { TeachStep } from './run/teach-cohorts.js';
import { teachCohorts } from './run/teach-cohorts.js';
import { validateAndAudit } from './run/validate-and-audit.js';
import { asWorkflowFailure } from './shared/failures.js';
import { onUpgrade } from './shared/versioning.js';

/** What a run carries over a continue-as-new, in the middle of a step. Plain JSON. */
export interface CarriedRun {
  /** Version of this form; an execution refuses any other. */
  readonly version: 1;
  readonly settled: SettledRun;
  readonly ingest: FileRef;
  readonly trials: number;
  readonly book: BookState;
  readonly control: ControlState;
}

/** What a run may be given in addition to its input. */
export interface RunExtras {
  /** Set by `gurukul resume`: what to retry. */
  readonly again?: RetryRequest;
  /** Set by the run itself when it continues as new. */
  readonly carried?: CarriedRun;
}

/**
 * A run: plan → ingest → teach → distill → validate → audit.
 *
 * @param input A RunInput as plain JSON, from any client; the plan activity checks it.
 * @param extras Absent in a first start.
 * @throws ApplicationFailure of a type of the closed union (DataGap where no window was trained), or `AboveFailureThreshold` with the
 * RunStatus as its details.
 */
// The input alone is the contract with clients, so the other argument stays apart.
// eslint-disable-next-line temporal/workflow-prefer-single-object-args
export async function trainUniverse(input: unknown, extras: RunExtras = {}): Promise<RunStatus> {
  const { again, carried } = extras;
  const runId = runIdOf(input, workflowInfo());
  const book = new RunBook(runId, carried?.book);
  const control = new RunControl(book, carried?.control);
  const retries = new Retries(runId, book, control);
  try {
    const prepared = carried === undefined ? await prepareRun(input, again, book, control) : restore(carried);
    if (prepared === undefined) {
      await book.end('done', unchangedText(book.status()));
      return book.status();
    }
    const step: TeachStep = { ...prepared, book, control, retries };
    if (!(await teachCohorts(step))) return await continueRun(input, prepared, step);
    if (failureRate(book.snapshot()) > prepared.settled.config.maxFailureRate)
      throw await aboveThreshold(prepared.settled.config, book);
    await requireTrained(prepared.settled.config, book);
    if (!(await distillStudents(step))) return await continueRun(input, prepared, step);
    return await validateAndAudit(prepared, book, control);
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(() =>
        book.end('cancelled', `cancelled${control.cancelReason()}: \`gurukul resume\` continues the run`),
      );
      throw error;
    }
    const failure = asWorkflowFailure(error);
    if (isRefusal(failure, book)) book.refused(failure.message);
    else await book.end('failed', firstLine(failure.message));
    throw failure;
  }
}

// A run lasts for hours, so a new build takes it over.
setWorkflowOptions(onUpgrade('AUTO_UPGRADE'), trainUniverse);

/** Whether the input was refused: such a run has nothing to record, and perhaps no folder to record it in. */
function isRefusal({ type }: ApplicationFailure, book: RunBook): boolean {
  if (type !== 'InvalidInput') return false;
  if (book.step() === 'plan') return true;
  // Earlier versions treated every InvalidInput as a refused input, such as a plan without windows.
  if (!patched('record-late-refusal')) return true;
  return false;
}

/** @throws ApplicationFailure Bug if another version of this program wrote it in another form. */
function restore({ version, settled, ingest, trials, book: { head } }: CarriedRun): PreparedRun {
  const known: number = version;
  if (known === 1 && head !== null) return { settled, ingest, trials, head };
  throw ApplicationFailure.create({
    type: 'Bug',
    message: `this worker cannot read version ${known} of a run's state: start a newer worker, then resume the run`,
    nonRetryable: true,
  });
}

/** Continues the run with a fresh history. Nothing may be running when it is called. */
async function continueRun(
  input: unknown,
  prepared: PreparedRun,
  { book, control }: TeachStep,
): Promise<never> {
  await condition(allHandlersFinished);
  const { settled, ingest, trials } = prepared;
  const carried: CarriedRun = {
    version: 1,
    settled,
    ingest,
    trials,
    book: book.snapshot(),
    control: control.snapshot(),
  };
  return continueAsNew<typeof trainUniverse>(input, { carried });
}

function unchangedText({ windows }: RunStatus): string {
  const refused = windows.failed === 0 ? '' : `; windows still refused: ${windows.failed}`;
  return `nothing has changed since the run was done, so its bundle is still valid${refused}`;
}

/** The part of a message that fits on a display; the failure has all of it. */
function firstLine(message: string): string {
  return message.split('\n')[0] ?? '';
}
