import type { AuditRequest } from '../../activities/audit/activities.js';
import type { StressedStudent } from '../../activities/stress/activities.js';
import type { GatheredPredictions, ProbedBars } from '../../activities/validate/activities.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import { heartbeatTimeoutFor } from '../contract/profiles.js';
import { artifact, cpu, meta } from '../shared/activities.js';
import { measuresCohorts } from './measure-cohort.js';
import { measureFigures } from './measure-figures.js';
import { openPromotion } from './open-promotion.js';
import { probesCohorts } from './probe-cohort.js';
import type { PreparedRun } from './prepare-run.js';
import { reproduceCohort } from './reproduce-cohort.js';
import type { RunBook } from './run-book.js';
import type { RunControl } from './run-control.js';
import { stressStudent } from './stress-student.js';

/** Everything after training: figures, bundle. */
export async function validateAndAudit(
  prepared: PreparedRun,
  book: RunBook,
  control: RunControl,
): Promise<RunStatus> {
  const {
    settled: { config },
    head,
    ingest,
  } = prepared;
  await control.gate.opened();
  const index = await meta.indexRun.executeWithOptions({ summary: 'list of shards and students' }, [
    { config, plan: head.plan },
  ]);
  await control.gate.opened();
  await book.enter('validate', 'leakage probes, figures from the predictions');
  const stressed = stressStudent(prepared, index, book);
  const [validated, reproduction] = await Promise.all([
    validate(prepared, index, stressed, book, control),
    // One after the other: on a small machine, a core is left for the probes and the figures.
    stressed.then(async () => {
      await control.gate.opened();
      return reproduceCohort(prepared, book);
    }),
  ]);

  await control.gate.opened();
  await book.enter('audit', 'writing and checking the bundle');
  const bundle = await artifact.auditBundle.executeWithOptions(
    { summary: 'bundle, signature, self-check', heartbeatTimeout: beatOf(prepared) },
    [
      {
        ...{ config, plan: head.plan, ingest, index, ...validated },
        ...(reproduction === undefined ? {} : { reproduction }),
      },
    ],
  );
  book.bundled(bundle.bundle, bundle.digest, bundle.advice);
  const unattended = await openPromotion(config.runId, bundle.digest);
  await book.end('done', `bundle ${bundle.digest.slice(0, 12)} verified${unattended}`);
  return book.status();
}

type Validated = Omit<AuditRequest, 'config' | 'plan' | 'ingest' | 'index' | 'reproduction'>;

async function validate(
  prepared: PreparedRun,
  index: FileRef,
  stressing: Promise<StressedStudent>,
  book: RunBook,
  control: RunControl,
): Promise<Validated> {
  const {
    settled: { config },
    ingest,
    trials,
  } = prepared;
  const byCohort = measuresCohorts();
  const [{ probed, gathered }, stressed] = await Promise.all([
    byCohort
      ? probeGatherAndMeasure(prepared, index, book, control)
      : probeAndGather(prepared, index, control),
    stressing,
  ]);
  await control.gate.opened();
  const measured = byCohort ? { measured: { index, ingest } } : {};
  const figures = await cpu.validateRun.executeWithOptions(
    { summary: 'metrics, tests, stress', heartbeatTimeout: beatOf(prepared) },
    [{ config, ...gathered, ...stressed, drift: probed.drift, trials, ...measured }],
  );
  return { ...gathered, ...stressed, ...probed, ...figures };
}

interface ProbedAndGathered {
  readonly probed: ProbedBars;
  readonly gathered: GatheredPredictions;
}

/** Probes, files and figures need nothing of each other. */
async function probeGatherAndMeasure(
  prepared: PreparedRun,
  index: FileRef,
  book: RunBook,
  control: RunControl,
): Promise<ProbedAndGathered> {
  const [probed, gathered] = await Promise.all([
    probe(prepared, index),
    gather(prepared, index),
    measureFigures(prepared, index, book, control),
  ]);
  return { probed, gathered };
}

/** One after the other, as in histories of earlier versions. */
async function probeAndGather(
  prepared: PreparedRun,
  index: FileRef,
  control: RunControl,
): Promise<ProbedAndGathered> {
  const probed = await probe(prepared, index);
  await control.gate.opened();
  return { probed, gathered: await gather(prepared, index) };
}

async function probe(prepared: PreparedRun, index: FileRef): Promise<ProbedBars> {
  const { settled, head, ingest } = prepared;
  return cpu.probeLeakage.executeWithOptions(
    { summary: 'leakage probes', heartbeatTimeout: beatOf(prepared) },
    [
      {
        ...{ config: settled.config, ingest, plan: head.plan, index },
        ...(probesCohorts() ? { byCohort: true } : {}),
      },
    ],
  );
}

async function gather(prepared: PreparedRun, index: FileRef): Promise<GatheredPredictions> {
  const { settled, ingest } = prepared;
  return cpu.gatherPredictions.executeWithOptions(
    { summary: 'predictions of all shards', heartbeatTimeout: beatOf(prepared) },
    [{ config: settled.config, index, ingest }],
  );
}

/** Figures of many windows take long between two heartbeats. */
function beatOf({
  settled: {
    config: { windowDays, interval },
  },
  head,
}: PreparedRun): ReturnType<typeof heartbeatTimeoutFor> {
  return heartbeatTimeoutFor({ windows: head.trainable, windowDays, interval });
}
