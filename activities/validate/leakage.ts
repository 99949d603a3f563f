import { GurukulError } from '../../data/errors.js';
import type { Integrity, Probe } from '../../data/schemas/integrity.js';
import type { LabelRule } from '../../data/schemas/label-rule.js';
import { dayOfMinutes, isoDate } from '../../data/time/dates.js';
import { LOOKBACK_BARS } from '../market/features/lookback.js';
import type { BarSlots } from '../market/bar-slots.js';
import type { FeatureTable } from '../market/feature-table.js';
import type { ProbeReport, TableBuilder } from '../market/probes/compare-tables.js';
import { joinReports } from '../market/probes/compare-tables.js';
import { FUTURE_FACTOR, probeFuture } from '../market/probes/future.js';
import type { ProbedCohort, RowChoosers } from '../market/probes/label-overlap.js';
import { probeCohortLabels } from '../market/probes/label-overlap.js';
import { probeTruncation } from '../market/probes/truncation.js';
import { STATED_WARM_UP, probeWarmUp } from '../market/probes/warm-up.js';
import { thousands } from '../texts/format-numbers.js';
import type { LeakageSample } from '../market/probes/leakage-sample.js';
import type { PairedOutcomes } from '../market/probes/index-shift.js';
import { probeFeatureRows, probeIndexShift } from '../market/probes/index-shift.js';
import { plainLabels } from '../market/probes/plain-labels.js';
import type { Thinning } from '../market/probes/prior-counts.js';
import type { ProbedPredictions } from '../market/probes/probed-predictions.js';
import { probeSelection } from '../market/probes/selection.js';
import { byName } from '../figures/by-name.js';
import type { BarSeries } from '../../data/bars/series.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import { offEventLoop } from '../../data/event-loop.js';

/** The property that each probe tests. */
const CLAIMS: Readonly<Record<Probe, string>> = {
  label_overlap:
    'no training label overlaps a tested label in time, and no target of the score is learnt from before it is known',
  truncation: 'features at t are bit-identical when all later bars are removed',
  warm_up: `features are bit-identical when the history starts later, as long as ${LOOKBACK_BARS} bars of it remain; ranks, with ${STATED_WARM_UP.rankMarketBars}; exposures, with ${STATED_WARM_UP.sessions} sessions`,
  future: `features at t are bit-identical when all later bars are multiplied by ${thousands(FUTURE_FACTOR)}; predictions at t, when the features of later rows are`,
  selection:
    'the predicted rows are those that splits and completeness give, with the labels and returns of the bars; priors were fitted on as many rows as rules that know no label leave',
  index_shift: 'label, return and entry of every predicted row are those of its own bar, and so are features',
};

/** Probes of a cohort's labels and predictions; the others are of features, on the drawn sample. */
export const COHORT_PROBES = [
  'label_overlap',
  'selection',
  'index_shift',
] as const satisfies readonly Probe[];

/** What these probes found of one cohort. */
export type CohortProbes = Readonly<Record<(typeof COHORT_PROBES)[number], ProbeReport>>;

/** What cohorts are probed with. */
export interface ProbedMarket {
  /** The table that the teachers were trained from. */
  readonly table: FeatureTable;
  readonly rule: LabelRule;
  readonly slots: BarSlots;
  /** The run's functions that choose rows. */
  readonly choosers: RowChoosers;
  readonly predicted: PredictedRun;
}

/** Inputs of the probes of features. */
export interface ProbedSample {
  readonly sample: LeakageSample;
  /** The run's function that computes features. */
  readonly build: TableBuilder;
}

/** Inputs of all probes of a run. */
export interface ProbedRun extends ProbedMarket, ProbedSample {
  /** Cohorts with a window to train. */
  readonly cohorts: readonly ProbedCohort[];
}

/** What the run's teachers predicted, of all cohorts or of some. */
export interface PredictedRun extends Omit<ProbedPredictions, 'table' | 'plain'> {
  /** All bars of the run. */
  readonly series: readonly BarSeries[];
  readonly thinning: Thinning;
  /** The run's function that pairs predicted rows with what came after them. */
  readonly pair: (table: FeatureTable, predictions: Predictions) => PairedOutcomes;
  /** Predictions that the trainers compared when later rows were replaced. */
  readonly replaced: number;
}

/**
 * Runs the leakage probes on one run, on all cohorts in this process.
 *
 * @param beat Called before each probe; probes may take long on intraday bars.
 */
export function probeLeakageOf(run: ProbedRun, beat: (probe: Probe) => void): Integrity {
  offEventLoop('probeLeakageOf');
  const plain = plainOf(run);
  return joinProbes(
    run.cohorts,
    run.cohorts.map((cohort) => probeCohort({ ...run, plain }, cohort, beat)),
    { ...run, replaced: run.predicted.replaced },
    beat,
  );
}

/** Labels and outcomes of all bars, computed again in the plainest way. */
export function plainOf({
  predicted: { series },
  rule,
  slots,
}: Pick<ProbedMarket, 'predicted' | 'rule' | 'slots'>): ProbedPredictions['plain'] {
  return new Map(series.map((bars) => [bars.symbol, plainLabels(bars, rule, slots)]));
}

/** Runs the probes of labels and predictions on one cohort. @param market `plain`: from {@link plainOf}. */
export function probeCohort(
  market: ProbedMarket & Pick<ProbedPredictions, 'plain'>,
  cohort: ProbedCohort,
  beat: (probe: Probe) => void,
): CohortProbes {
  offEventLoop('probeCohort');
  const { table, choosers, predicted, plain } = market;
  const own = predicted.cohorts.filter(({ id }) => id === cohort.id);
  const probed: ProbedPredictions = { ...predicted, cohorts: own, table, plain };
  const probes: Readonly<Record<keyof CohortProbes, () => ProbeReport>> = {
    label_overlap: () => probeCohortLabels(table, cohort, market, choosers),
    selection: () => probeSelection(probed, predicted.thinning),
    index_shift: () => probeIndexShift(probed, predicted.pair(table, predicted.predictions)),
  };
  return byName(COHORT_PROBES, (probe) => {
    beat(probe);
    return probes[probe]();
  });
}

/**
 * Joins what was found of the cohorts, and runs the probes of features on the drawn sample. That predictions use no later
 * row is probed where they are made, see `probePredictions`: a finding fails the training, so only their number is added
 * here.
 *
 * @param byCohort Reports of the cohorts, in their order.
 * @param sampled `replaced`: predictions that the trainers compared when later rows were replaced.
 */
export function joinProbes(
  cohorts: readonly Pick<ProbedCohort, 'id' | 'symbols'>[],
  byCohort: readonly CohortProbes[],
  { sample, build, replaced }: ProbedSample & { readonly replaced: number },
  beat: (probe: Probe) => void,
): Integrity {
  offEventLoop('joinProbes');
  const { series, truncation, future, warmUp } = sample;
  const sampled = series.map(({ symbol }) => symbol).sort();
  const ids = cohorts.map(({ id }) => id);
  const taught = [...new Set(cohorts.flatMap(({ symbols }) => symbols))].sort();
  const done: { readonly line: Integrity['probes'][number]; readonly report: ProbeReport }[] = [];
  const add = (
    probe: Probe,
    symbols: readonly string[],
    at: readonly string[],
    probeRows: () => readonly ProbeReport[],
  ): void => {
    beat(probe);
    const report = joinReports(probeRows());
    const { rows, findings } = report;
    const line = { probe, claim: CLAIMS[probe], symbols: [...symbols], at: [...at], rows };
    done.push({ line: { ...line, findings: findings.length }, report });
  };
  const ofCohorts = (probe: keyof CohortProbes): ProbeReport[] => byCohort.map((reports) => reports[probe]);
  add('label_overlap', taught, ids, () => ofCohorts('label_overlap'));
  add('truncation', sampled, datesOf(truncation), () => [probeTruncation(build, series, truncation)]);
  add('warm_up', sampled, datesOf(warmUp), () => [probeWarmUp(build, series, warmUp, STATED_WARM_UP)]);
  add('future', sampled, datesOf(future), () => [
    probeFuture(build, series, future),
    { rows: replaced, findings: [] },
  ]);
  add('selection', taught, ids, () => ofCohorts('selection'));
  add('index_shift', taught, ids, () => [...ofCohorts('index_shift'), probeFeatureRows(build, series)]);
  return {
    probes: done.map(({ line }) => line),
    findings: done.flatMap(({ report }) => report.findings),
  };
}

/**
 * Fails a run in which the probes found a leak.
 *
 * A leak is a `Bug`: features or splits that look ahead are an error of the program. Other bars, input or
 * another attempt cannot fix it, so it is not retried.
 *
 * @param uri File with all findings; the message names the first few.
 * @throws GurukulError Bug
 */
export function refuseLeaks({ findings }: Integrity, uri: string): void {
  if (findings.length === 0) return;
  const shown = findings.slice(0, 5).map(({ probe, symbol, message }) => `${probe}: ${symbol}: ${message}`);
  const more = findings.length > shown.length ? `; and ${findings.length - shown.length} more` : '';
  throw new GurukulError(
    'Bug',
    `the leakage probes found ${findings.length} leak(s): the figures of this run would not be valid, so it gets no bundle: ${shown.join('; ')}${more} (all findings: ${uri})`,
  );
}

function datesOf(times: readonly number[]): string[] {
  return times.map((minutes) => isoDate(dayOfMinutes(minutes)));
}
