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
  startChild,
  workflowInfo,
} from '@temporalio/workflow';

import type { PlanHead, SettledRun } from '../activities/plan/activities.js';
import type { RetryRequest } from '../data/schemas/retry-request.js';
import type { FileRef } from '../data/schemas/file-ref.js';
import type { RunStatus } from '../data/schemas/run-status.js';
import { ABOVE_FAILURE_THRESHOLD, workflowIds } from './contract/messages.js';
import { heartbeatTimeoutFor } from './contract/profiles.js';
import { runIdOf } from './contract/run-id.js';
import { searchAttributes } from './contract/search-attributes.js';
import { ingestUniverse } from './ingest-universe.js';
import type { BookState } from './run/book-state.js';
import { distillStudents } from './run/distill-students.js';
import { readPlanHead } from './run/read-plan-head.js';
import { Retries } from './run/retries.js';
import { RunBook } from './run/run-book.js';
import type { ControlState } from './run/run-control.js';
import { RunControl } from './run/run-control.js';
import type { TeachStep } from './run/teach-cohorts.js';
import { teachCohorts } from './run/teach-cohorts.js';
import { artifact, cpu, meta } from './shared/activities.js';
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

/** What is known before the cohorts are trained. */
interface Prepared {
  readonly settled: SettledRun;
  readonly head: PlanHead;
  readonly ingest: FileRef;
  readonly trials: number;
}

/**
 * A run: plan → ingest → teach → distill → validate → audit.
 *
 * @param input A RunInput as plain JSON, from any client; the plan activity checks it.
 * @param extras Absent in a first start.
 * @throws ApplicationFailure of a type of the closed union, or `AboveFailureThreshold` with the
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
    const prepared = carried === undefined ? await prepare(input, again, book, control) : restore(carried);
    if (prepared === undefined) {
      await end(book, 'done', unchangedText(book.status()));
      return book.status();
    }
    const step: TeachStep = { ...prepared, book, control, retries };
    if (!(await teachCohorts(step))) return await continueRun(input, prepared, step);
    if (book.failureRate() > prepared.settled.config.maxFailureRate)
      throw await aboveThreshold(prepared.settled, book);
    if (!(await distillStudents(step))) return await continueRun(input, prepared, step);
    return await validateAndAudit(prepared, step);
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(() =>
        end(book, 'cancelled', `cancelled${control.cancelReason()}: \`gurukul resume\` continues the run`),
      );
      throw error;
    }
    const failure = asWorkflowFailure(error);
    if (isRefusal(failure, book)) book.refused(failure.message);
    else await end(book, 'failed', firstLine(failure.message));
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

/**
 * Everything before training: input, bars, windows. Undefined if nothing has changed since the run was done: then
 * there is nothing to train, validate or audit.
 */
async function prepare(
  input: unknown,
  again: RetryRequest | undefined,
  book: RunBook,
  control: RunControl,
): Promise<Prepared | undefined> {
  const settled = await meta.settleRun.executeWithOptions({ summary: 'check the input' }, [
    { input, runId: runIdOf(input, workflowInfo()), ...(again === undefined ? {} : { again }) },
  ]);
  const { config, symbols, batches, reread } = settled;

  await control.gate.opened();
  await book.enter('ingest', `reading bars from ${config.source}`);
  const reading = await startChild(ingestUniverse, {
    workflowId: workflowIds.ingest(config.runId),
    args: [{ config, symbols, batches, ...(reread === undefined ? {} : { reread }) }],
    staticSummary: `ingest · ${config.source} · ${config.interval} bars`,
    typedSearchAttributes: [{ key: searchAttributes.run, value: config.runId }],
  });
  const { ref: ingest } = await control.follow(reading);
  await control.gate.opened();
  const head = await readPlanHead(settled, ingest);
  book.planned(head);
  if (head.unchanged === true && settled.finished !== undefined) {
    book.stands(settled.finished.status);
    return undefined;
  }

  const { trials } = await meta.recordTrials.executeWithOptions({ summary: 'record the trials' }, [
    { config, ingest },
  ]);
  await book.enter('teach', `${head.trainable} windows in ${head.cohorts.length} cohorts`);
  return { settled, head, ingest, trials };
}

/** @throws ApplicationFailure Bug if another version of this program wrote it in another form. */
function restore({ version, settled, ingest, trials, book: { head } }: CarriedRun): Prepared {
  const known: number = version;
  if (known === 1 && head !== null) return { settled, ingest, trials, head };
  throw ApplicationFailure.create({
    type: 'Bug',
    message: `this worker cannot read version ${known} of a run's state: start a newer worker, then resume the run`,
    nonRetryable: true,
  });
}

/** Continues the run with a fresh history. Nothing may be running when it is called. */
async function continueRun(input: unknown, prepared: Prepared, { book, control }: TeachStep): Promise<never> {
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

/** Everything after training: figures, bundle. */
async function validateAndAudit({ head, ingest, trials }: Prepared, step: TeachStep): Promise<RunStatus> {
  const { settled, book, control } = step;
  const { config } = settled;
  const { windowDays, interval } = config;
  const heartbeatTimeout = heartbeatTimeoutFor({ windows: head.trainable, windowDays, interval });
  await control.gate.opened();
  const index = await meta.indexRun.executeWithOptions({ summary: 'list of shards and students' }, [
    { config, plan: head.plan },
  ]);

  await control.gate.opened();
  await book.enter('validate', 'leakage probes, figures from the predictions');
  const probed = await cpu.probeLeakage.executeWithOptions({ summary: 'leakage probes', heartbeatTimeout }, [
    { config, ingest, plan: head.plan },
  ]);
  await control.gate.opened();
  const gathered = await cpu.gatherPredictions.executeWithOptions(
    { summary: 'predictions of all shards', heartbeatTimeout },
    [{ config, index }],
  );
  await control.gate.opened();
  const figures = await cpu.validateRun.executeWithOptions(
    { summary: 'metrics, tests, stress', heartbeatTimeout },
    [{ config, ...gathered, drift: probed.drift, trials }],
  );

  await control.gate.opened();
  await book.enter('audit', 'writing and checking the bundle');
  const { metrics, statTests, stressTests } = figures;
  const bundle = await artifact.auditBundle.executeWithOptions(
    { summary: 'bundle, signature, self-check', heartbeatTimeout },
    [{ config, plan: head.plan, ingest, index, ...gathered, ...probed, metrics, statTests, stressTests }],
  );
  book.bundled(bundle.bundle, bundle.digest);
  await end(book, 'done', `bundle ${bundle.digest.slice(0, 12)} verified`);
  return book.status();
}

async function aboveThreshold({ config }: SettledRun, book: RunBook): Promise<ApplicationFailure> {
  const status = book.status();
  const rate = (100 * book.failureRate()).toFixed(1);
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

function unchangedText({ windows }: RunStatus): string {
  const refused = windows.failed === 0 ? '' : `; windows still refused: ${windows.failed}`;
  return `nothing has changed since the run was done, so its bundle is still valid${refused}`;
}

/** The part of a message that fits on a display; the failure has all of it. */
function firstLine(message: string): string {
  return message.split('\n')[0] ?? '';
}

async function end(book: RunBook, phase: 'done' | 'failed' | 'cancelled', message: string): Promise<void> {
  book.outcome(phase);
  await book.enter(phase, message);
}
