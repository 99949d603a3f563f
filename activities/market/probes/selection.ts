import { dayOfMinutes, isoDate } from '../../../data/time/dates.js';
import type { LeakFinding } from '../../../data/schemas/integrity.js';
import type { ProbeReport } from './compare-tables.js';
import type { ProbedPredictions, WindowPart } from './probed-predictions.js';
import { windowParts } from './probed-predictions.js';
import type { Thinning } from './prior-counts.js';
import { probePriorCounts } from './prior-counts.js';
import { shiftOf } from './shifted-values.js';

/**
 * Probe (e), selection by outcome: the rows of every window with a teacher are those that splits and completeness
 * give, none left out and none added, and their labels and returns are those of the bars, not clipped; a prior was
 * fitted on as many rows as rules that know no label leave. Rows whose outcome is extreme are hard to predict: what
 * leaves them out of a test ranks better on paper alone.
 *
 * Values that are those of the bar before or after are another probe's: see `probeIndexShift`.
 */
export function probeSelection(run: ProbedPredictions, thinning: Thinning): ProbeReport {
  const findings: LeakFinding[] = [];
  let compared = 0;
  for (const part of windowParts(run)) {
    compared += part.predicted.length;
    findings.push(...missedRows(part), ...changedValues(run, part));
  }
  const priors = probePriorCounts(run, thinning);
  return { rows: compared, findings: [...findings, ...priors] };
}

function missedRows({ cohort, split, table, plain, expected, predicted }: WindowPart): LeakFinding[] {
  const there = new Set(predicted);
  const wanted = new Set(expected);
  const missed = expected.filter((row) => !there.has(row));
  const added = predicted.filter((row) => !wanted.has(row));
  const finding = (rows: number, message: string): LeakFinding => ({
    probe: 'selection',
    symbol: table.symbol,
    rows,
    message: `cohort ${cohort}, ${split}: ${message}`,
  });
  const size = (rows: readonly number[]): string => {
    const sum = rows.reduce((all, row) => all + Math.abs(plain.forwardReturn[row] ?? NaN), 0);
    return rows.length === 0 ? 'n/a' : (sum / rows.length).toFixed(4);
  };
  const kept = expected.filter((row) => there.has(row));
  return [
    ...(missed.length === 0
      ? []
      : [
          finding(
            missed.length,
            `${missed.length} of ${expected.length} rows are not predicted, first on ${dateOf(table.time[missed[0] ?? -1])}: their mean absolute return is ${size(missed)}, that of the others ${size(kept)}`,
          ),
        ]),
    ...(added.length === 0
      ? []
      : [
          finding(
            added.length,
            `${added.length} rows are predicted that are incomplete, of another part, or without a known label`,
          ),
        ]),
  ];
}

function changedValues({ predictions }: ProbedPredictions, part: WindowPart): LeakFinding[] {
  const { cohort, split, table, plain, predicted, places } = part;
  const changed = [
    ['forward return', plain.forwardReturn, predictions.forwardReturn],
    ['label', plain.label, predictions.label],
  ] as const;
  return changed.flatMap(([what, own, all]): LeakFinding[] => {
    const values = places.map((place) => all[place] ?? NaN);
    if (shiftOf(own, predicted, values) !== undefined) return [];
    const wrong = predicted.findIndex((row, at) => row >= 0 && !Object.is(own[row], values[at]));
    if (wrong === -1) return [];
    const row = predicted[wrong] ?? -1;
    const rows = predicted.filter((own_, at) => own_ >= 0 && !Object.is(own[own_], values[at])).length;
    return [
      {
        probe: 'selection',
        symbol: table.symbol,
        rows,
        message: `cohort ${cohort}, ${split}: the ${what} of ${rows} rows is not that of the bars, first on ${dateOf(table.time[row])}: ${values[wrong]}, not ${own[row]}`,
      },
    ];
  });
}

function dateOf(minutes: number | undefined): string {
  return isoDate(dayOfMinutes(minutes ?? 0));
}
