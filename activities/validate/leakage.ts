import { GurukulError } from '../../data/errors.js';
import type { Integrity, Probe } from '../../data/schemas/integrity.js';
import { dayOfMinutes, isoDate } from '../../data/time/dates.js';
import { LOOKBACK_BARS, LOOKBACK_MARKET_BARS } from '../market/features/lookback.js';
import type { FeatureTable } from '../market/feature-table.js';
import type { ProbeReport, TableBuilder } from '../market/probes/compare-tables.js';
import { joinReports } from '../market/probes/compare-tables.js';
import { probeFuture } from '../market/probes/future.js';
import type { ProbedCohort, RowChoosers } from '../market/probes/label-overlap.js';
import { probeCohortLabels } from '../market/probes/label-overlap.js';
import { probeTruncation } from '../market/probes/truncation.js';
import { probeWarmUp } from '../market/probes/warm-up.js';
import type { LeakageSample } from './leakage-sample.js';

/** What holds where a probe finds nothing. */
const CLAIMS: Readonly<Record<Probe, string>> = {
  label_overlap: 'no training label shares a moment with a tested one',
  truncation: 'features at t are the same, bit for bit, when all later bars are cut off',
  warm_up: `features are the same, bit for bit, when the history begins later, beyond ${LOOKBACK_BARS} bars`,
  future: 'features at t are the same, bit for bit, when all later bars are multiplied by a million',
};

/** A run as its probes see it. */
export interface ProbedRun {
  /** The table that the teachers were trained from. */
  readonly table: FeatureTable;
  /** Cohorts that have a window to train. */
  readonly cohorts: readonly ProbedCohort[];
  readonly sample: LeakageSample;
  /** Bars that a label looks ahead. */
  readonly horizon: number;
  /** How the run computes features, and how it chooses rows. */
  readonly build: TableBuilder;
  readonly choosers: RowChoosers;
}

/**
 * The four leakage probes on one run: labels in every cohort, features on the drawn sample. What the
 * features of a row do not know, no model can put into its predictions.
 *
 * @param beat Called between probes, which may take long on intraday bars.
 */
export function probeLeakageOf(run: ProbedRun, beat: (probe: Probe) => void): Integrity {
  const { table, cohorts, sample, horizon, build, choosers } = run;
  const { series, truncation, future, warmUp } = sample;
  const stated = { bars: LOOKBACK_BARS, marketBars: LOOKBACK_MARKET_BARS };
  const sampled = series.map(({ symbol }) => symbol).sort();
  const taught = [...new Set(cohorts.flatMap(({ symbols }) => symbols))].sort();
  const done: { readonly line: Integrity['probes'][number]; readonly report: ProbeReport }[] = [];
  const add = (
    probe: Probe,
    symbols: readonly string[],
    at: readonly string[],
    look: () => ProbeReport,
  ): void => {
    beat(probe);
    const report = look();
    const { rows, findings } = report;
    const line = { probe, claim: CLAIMS[probe], symbols: [...symbols], at: [...at], rows };
    done.push({ line: { ...line, findings: findings.length }, report });
  };
  const ids = cohorts.map(({ id }) => id);
  add('label_overlap', taught, ids, () =>
    joinReports(cohorts.map((cohort) => probeCohortLabels(table, cohort, horizon, choosers))),
  );
  add('truncation', sampled, datesOf(truncation), () => probeTruncation(build, series, truncation));
  add('warm_up', sampled, datesOf(warmUp), () => probeWarmUp(build, series, warmUp, stated));
  add('future', sampled, datesOf(future), () => probeFuture(build, series, future));
  return {
    probes: done.map(({ line }) => line),
    findings: done.flatMap(({ report }) => report.findings),
  };
}

/**
 * Ends a run in which the probes have found something.
 *
 * A leak is a `Bug`: that features or splits look ahead is a mistake of the program, which other bars,
 * another attempt or other input do not mend, so it is never tried again.
 *
 * @param uri Where all findings can be read; the message names the first few.
 * @throws GurukulError Bug
 */
export function refuseLeaks({ findings }: Integrity, uri: string): void {
  if (findings.length === 0) return;
  const shown = findings.slice(0, 5).map(({ probe, symbol, message }) => `${probe}: ${symbol}: ${message}`);
  const more = findings.length > shown.length ? `; and ${findings.length - shown.length} more` : '';
  throw new GurukulError(
    'Bug',
    `the leakage probes found ${findings.length} leak(s), so no figure of this run can be believed and it gets no bundle: ${shown.join('; ')}${more} (all in ${uri})`,
  );
}

function datesOf(times: readonly number[]): string[] {
  return times.map((minutes) => isoDate(dayOfMinutes(minutes)));
}
