import {
  ApplicationFailure,
  CancellationScope,
  executeChild,
  isCancellation,
  workflowInfo,
} from '@temporalio/workflow';

import type { PlanHead, SettledRun } from '../activities/plan/activities.js';
import type { FileRef } from '../data/schemas/file-ref.js';
import type { RunStatus } from '../data/schemas/run-status.js';
import { artifact, cpu, meta, trainOn } from './activities.js';
import { asWorkflowFailure, errorTypeOf, messageOf } from './failures.js';
import { ingestUniverse } from './ingest-universe.js';
import { inLanes } from './lanes.js';
import { ABOVE_FAILURE_THRESHOLD, workflowIds } from './messages.js';
import { RunBook } from './run-book.js';
import { runIdOf } from './run-id.js';
import { searchAttributes } from './search-attributes.js';
import { trainCohort } from './train-cohort.js';

const COHORT_DETAILS =
  'The cohort’s prior, then its shards of windows, on the real bars and once more on shuffled ones (the placebo).';

/**
 * A run: plan → ingest → teach → distill → validate → audit.
 *
 * @param input A RunInput as plain JSON, of whatever client; checked by the plan activity.
 * @throws ApplicationFailure of a type of the closed union, or `AboveFailureThreshold` with the
 * RunStatus as its details.
 */
export async function trainUniverse(input: unknown): Promise<RunStatus> {
  const book = new RunBook(runIdOf(input, workflowInfo()));
  try {
    return await train(input, book);
  } catch (error) {
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(() =>
        end(book, 'cancelled', 'cancelled: `gurukul resume` goes on from here'),
      );
      throw error;
    }
    const failure = asWorkflowFailure(error);
    // A run that was refused has nothing to write down, and perhaps nowhere to.
    if (failure.type === 'InvalidInput') book.refused(failure.message);
    else await end(book, 'failed', failure.message);
    throw failure;
  }
}

async function train(input: unknown, book: RunBook): Promise<RunStatus> {
  const settled = await meta.settleRun.executeWithOptions({ summary: 'check the input' }, [
    { input, runId: runIdOf(input, workflowInfo()) },
  ]);
  const { config } = settled;

  await book.enter('ingest', `reading bars from ${config.source}`);
  const { ref: ingest } = await executeChild(ingestUniverse, {
    workflowId: workflowIds.ingest(config.runId),
    args: [{ config, symbols: settled.symbols, batches: settled.batches }],
    staticSummary: `ingest · ${config.source} · ${config.interval} bars`,
    typedSearchAttributes: [{ key: searchAttributes.run, value: config.runId }],
  });
  const head = await meta.planRun.executeWithOptions({ summary: 'windows, cohorts and shards' }, [
    { config, ingest },
  ]);
  book.planned(head);

  const { trials } = await meta.recordTrials.executeWithOptions({ summary: 'ledger of trials' }, [
    { config, ingest },
  ]);
  await book.enter('teach', `${head.trainable} windows in ${head.cohorts.length} cohorts`);
  await teach(settled, head, ingest, book);
  if (book.failureRate() > config.maxFailureRate) throw await aboveThreshold(settled, book);
  const index = await distill(settled, head, ingest, book);

  await book.enter('validate', 'leakage probes, figures from the predictions');
  const integrity = await cpu.probeLeakage.executeWithOptions({ summary: 'leakage probes' }, [
    { config, ingest, plan: head.plan },
  ]);
  const gathered = await cpu.gatherPredictions.executeWithOptions({ summary: 'predictions of all shards' }, [
    { config, index },
  ]);
  const figures = await cpu.validateRun.executeWithOptions({ summary: 'metrics, tests, stress' }, [
    { config, ...gathered, trials },
  ]);

  await book.enter('audit', 'writing and checking the bundle');
  const { metrics, statTests, stressTests } = figures;
  const bundle = await artifact.auditBundle.executeWithOptions({ summary: 'bundle, signature, self-check' }, [
    { config, plan: head.plan, ingest, index, ...gathered, integrity, metrics, statTests, stressTests },
  ]);
  book.bundled(bundle.bundle, bundle.digest);
  await end(book, 'done', `bundle ${bundle.digest.slice(0, 12)} verified`);
  return book.status();
}

async function teach(settled: SettledRun, head: PlanHead, ingest: FileRef, book: RunBook): Promise<void> {
  const { config } = settled;
  await inLanes(
    head.cohorts,
    config.cohortConcurrency,
    async (cohort) => {
      book.cohortRuns(cohort);
      const counts = await executeChild(trainCohort, {
        workflowId: workflowIds.cohort(config.runId, cohort.id),
        args: [{ config, cohort, ingest, plan: head.plan, trainQueue: settled.trainQueue }],
        staticSummary: `${cohort.id} · ${cohort.windows} windows · shards: ${cohort.shards}`,
        staticDetails: COHORT_DETAILS,
        typedSearchAttributes: [
          { key: searchAttributes.run, value: config.runId },
          { key: searchAttributes.cohort, value: cohort.id },
        ],
      });
      book.cohortEnded(cohort, counts);
    },
    (error, cohort) => {
      const type = errorTypeOf(error);
      const notes = [`${cohort.id}: ${type} (${messageOf(error)})`];
      book.cohortEnded(cohort, { succeeded: 0, failedBy: { [type]: cohort.windows }, notes });
    },
  );
}

async function distill(
  settled: SettledRun,
  head: PlanHead,
  ingest: FileRef,
  book: RunBook,
): Promise<FileRef> {
  const { config, trainQueue } = settled;
  await book.enter('distill', 'students from the teachers’ soft labels');
  const { distillStudent } = trainOn(trainQueue);
  const failures: unknown[] = [];
  await inLanes(
    book.taught(),
    config.cohortConcurrency,
    async (cohort) => {
      const summary = `${cohort.id} · student of ${cohort.windows} teachers`;
      await distillStudent.executeWithOptions({ summary }, [{ config, cohort: cohort.id, ingest }]);
      book.studentTrained();
    },
    (error) => failures.push(error),
  );
  // A bundle without one of its students would promise what it does not hold.
  if (failures.length > 0) throw asWorkflowFailure(failures[0]);
  return meta.indexRun.executeWithOptions({ summary: 'list of shards and students' }, [
    { config, plan: head.plan },
  ]);
}

async function aboveThreshold({ config }: SettledRun, book: RunBook): Promise<ApplicationFailure> {
  const status = book.status();
  const rate = (100 * book.failureRate()).toFixed(1);
  const found = `${status.windows.failed} windows failed, ${rate} % of those tried, above the limit of ${100 * config.maxFailureRate} %`;
  const { notice } = await artifact.writeFailureNotice.executeWithOptions({ summary: found }, [
    { config, message: found, failedBy: status.failedBy },
  ]);
  const types = Object.entries(status.failedBy).map(([type, n]) => `${type} ${n}`);
  const message = `${found} (${types.join(', ')}): mend what User Metadata and FAILED.md name, then gurukul resume ${config.runId}`;
  book.bundled(notice, null);
  return ApplicationFailure.create({
    message,
    type: ABOVE_FAILURE_THRESHOLD,
    nonRetryable: true,
    details: [book.status()],
  });
}

async function end(book: RunBook, phase: 'done' | 'failed' | 'cancelled', message: string): Promise<void> {
  book.outcome(phase);
  await book.enter(phase, message);
}
