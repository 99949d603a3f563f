import { singlesOf } from '../../../data/math/fill-columns.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { log } from '../../../data/math/log.js';
import type { LeakFinding } from '../../../data/schemas/integrity.js';
import { OUTCOME_HORIZONS } from '../../../data/predictions/outcome-horizons.js';
import { dayOfMinutes, isoDate } from '../../../data/time/dates.js';
import type { SymbolTable } from '../feature-table.js';
import type { ProbeReport, TableBuilder } from './compare-tables.js';
import type { ProbedPredictions, WindowPart } from './probed-predictions.js';
import { windowParts } from './probed-predictions.js';
import { shiftOf } from './shifted-values.js';

/** What a trade would have been, by symbol and row of the predictions: what figures pair predictions with. */
export interface PairedOutcomes {
  /** Exchange minutes. */
  readonly entryTime: ArrayLike<number>;
  readonly entryPrice: ArrayLike<number>;
  /** By horizon of `OUTCOME_HORIZONS`. */
  readonly returns: readonly ArrayLike<number>[];
}

/**
 * Probe (f), shifted rows: the label, the forward return, the entry and the returns from it that a prediction is paired
 * with are those of its own bar, computed again from the bars; not of the bar before or after.
 *
 * @param outcomes Of every row of the predictions, as figures get them.
 */
export function probeIndexShift(run: ProbedPredictions, outcomes: PairedOutcomes): ProbeReport {
  const findings: LeakFinding[] = [];
  let compared = 0;
  for (const part of windowParts(run)) {
    compared += part.predicted.length;
    findings.push(...shiftedLabels(run, part), ...wrongOutcomes(outcomes, part));
  }
  return { rows: compared, findings };
}

function shiftedLabels({ predictions }: ProbedPredictions, part: WindowPart): LeakFinding[] {
  const { plain, predicted, places } = part;
  const columns = [
    ['forward return', plain.forwardReturn, predictions.forwardReturn],
    ['label', plain.label, predictions.label],
  ] as const;
  return columns.flatMap(([what, own, all]): LeakFinding[] => {
    const values = places.map((place) => all[place] ?? NaN);
    const shift = shiftOf(own, predicted, values);
    return shift === undefined ? [] : [finding(part, what, shift, predicted.length)];
  });
}

function wrongOutcomes(outcomes: PairedOutcomes, part: WindowPart): LeakFinding[] {
  const { plain, predicted, places } = part;
  const columns: readonly (readonly [string, ArrayLike<number>, ArrayLike<number>])[] = [
    ['entry', plain.entryTime, outcomes.entryTime],
    ['entry price', plain.entryPrice, outcomes.entryPrice],
    ...OUTCOME_HORIZONS.map(
      (horizon, at) =>
        [`return over ${horizon} bars`, plain.returns[at] ?? [], outcomes.returns[at] ?? []] as const,
    ),
  ];
  return columns.flatMap(([what, own, all]): LeakFinding[] => {
    const values = places.map((place) => all[place] ?? NaN);
    const wrong = [...predicted.keys()].filter((at) => {
      const row = predicted[at] ?? -1;
      return row >= 0 && !Object.is(own[row], values[at]);
    });
    return wrong.length === 0 ? [] : [finding(part, what, shiftOf(own, predicted, values), wrong.length)];
  });
}

function finding(
  { cohort, split, table }: WindowPart,
  what: string,
  shift: -1 | 1 | undefined,
  rows: number,
): LeakFinding {
  const where = shift === undefined ? 'another bar' : shift === 1 ? 'the bar after' : 'the bar before';
  return {
    probe: 'index_shift',
    symbol: table.symbol,
    rows,
    message: `cohort ${cohort}, ${split}: the ${what} of ${rows} rows is that of ${where}`,
  };
}

/** A feature and a rank with short formulas that need no earlier row. */
const RETURN = 'return_1';
const RETURN_BOUND = 0.25;

/**
 * The same of features, on some series: `return_1` of every complete row is computed again from its own bar and the one
 * before. All features of a row are computed and moved together.
 */
export function probeFeatureRows(build: TableBuilder, series: readonly BarSeries[]): ProbeReport {
  const table = build(series);
  const [column, width] = [table.names.indexOf(RETURN), table.names.length];
  const bySymbol = new Map(series.map((bars) => [bars.symbol, bars]));
  const reports = table.symbols.map((symbol): ProbeReport => {
    const own = plainReturns(bySymbol.get(symbol.symbol));
    const rows = [...symbol.time.keys()].filter((row) => symbol.complete[row] === 1);
    const values = rows.map((row) => symbol.features[row * width + column] ?? NaN);
    const wrong = rows.filter((row, at) => !Object.is(own[row], values[at]));
    const [first] = wrong;
    if (first === undefined) return { rows: rows.length, findings: [] };
    const shift = shiftOf(own, rows, values);
    return { rows: rows.length, findings: [featureFinding(symbol, shift, first, wrong.length)] };
  });
  return {
    rows: reports.reduce((sum, { rows }) => sum + rows, 0),
    findings: reports.flatMap(({ findings }) => findings),
  };
}

function featureFinding(
  { symbol, time }: SymbolTable,
  shift: -1 | 1 | undefined,
  row: number,
  rows: number,
): LeakFinding {
  const where = shift === undefined ? 'another bar' : shift === 1 ? 'the bar after' : 'the bar before';
  const date = isoDate(dayOfMinutes(time[row] ?? 0));
  return {
    probe: 'index_shift',
    symbol,
    rows,
    message: `the features of ${rows} rows are those of ${where}, first on ${date}`,
  };
}

function plainReturns(bars: BarSeries | undefined): Float32Array {
  const close = bars?.close ?? new Float64Array(0);
  return singlesOf(close, (price, bar) =>
    Math.max(-RETURN_BOUND, Math.min(RETURN_BOUND, log(price) - log(close[bar - 1] ?? NaN))),
  );
}
