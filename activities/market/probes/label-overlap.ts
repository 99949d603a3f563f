import { cellsOf, joinInto } from '../../../data/math/fill-columns.js';
import type { LabelRule } from '../../../data/schemas/label-rule.js';
import type { BarSlots } from '../bar-slots.js';
import { barsAhead } from '../bar-slots.js';
import type { FeatureTable, SymbolTable } from '../feature-table.js';
import { UNRESOLVED } from '../feature-table.js';
import type { LabelIntervals } from '../splits/purge.js';
import { countOverlaps } from '../splits/purge.js';
import type { CohortSplit, WindowRows } from '../splits/splits.js';
import type { ProbeReport } from './compare-tables.js';
import { joinReports } from './compare-tables.js';
import { probeScoreTargets } from './score-targets.js';

/** A cohort as its teachers are trained. */
export interface ProbedCohort {
  readonly id: string;
  /** Symbols of its windows. */
  readonly symbols: readonly string[];
  readonly split: CohortSplit;
}

/** Choose the rows of each part; the code that is tested for leaks. */
export interface RowChoosers {
  readonly windowRows: (symbol: SymbolTable, split: CohortSplit) => WindowRows;
  readonly priorRows: (symbol: SymbolTable, before: number) => Int32Array;
  /** What a window's score adapts to at a row, of one horizon of OUTCOME_HORIZONS; NaN where it is not known before `until`. */
  readonly windowTarget: (symbol: SymbolTable, row: number, horizon: number, until: number) => number;
  /**
   * When the rank head counts each target of some rows as known, row-major [rows × horizons]; UNRESOLVED where it is
   * not known before `end`. What it is trained on before a test is chosen by these times.
   */
  readonly rankTargets: (table: FeatureTable, place: number, rows: Int32Array, end: number) => Int32Array;
}

/**
 * Probe (a) on a cohort as it is trained, for labels; for targets of the score see {@link probeScoreTargets}: each window's `select`, `validation` and `forward` rows against
 * each other, and the prior's rows, which come from all symbols, against the tested rows of every window:
 * labels of one day are correlated, so another symbol's label leaks as well.
 *
 * The end of a label is counted in slots here, independently of `resolvedAt`, by which the rows were chosen.
 * It is the vertical barrier, since the forward scale is a target too and depends on all bars up to there;
 * or the touch, if the table has a later one.
 *
 * @param rule How many slots a trade is held, and where it is entered: at the next close it starts a slot later.
 */
export function probeCohortLabels(
  table: FeatureTable,
  cohort: ProbedCohort,
  { rule, slots }: { readonly rule: Pick<LabelRule, 'horizon' | 'entry'>; readonly slots: BarSlots },
  choosers: RowChoosers,
): ProbeReport {
  const { windowRows, priorRows } = choosers;
  const { split } = cohort;
  const ahead = rule.entry === 'next-close' ? 1 + rule.horizon : rule.horizon;
  const exits = new Map(table.symbols.map((symbol) => [symbol, barsAhead(slots.number(symbol.time), ahead)]));
  const labelsOf = (symbol: SymbolTable, rows: Int32Array): LabelIntervals => ({
    start: rows.map((row) => symbol.time[row] ?? 0),
    end: rows.map((row) =>
      Math.max(
        symbol.time[exits.get(symbol)?.[row] ?? -1] ?? UNRESOLVED,
        symbol.touchedAt[row] ?? UNRESOLVED,
      ),
    ),
  });
  const taught = new Set(cohort.symbols);
  const validation: LabelIntervals[] = [];
  const forward: LabelIntervals[] = [];
  const windows: ProbeReport[] = [];
  for (const symbol of table.symbols) {
    if (!taught.has(symbol.symbol)) continue;
    const rows = windowRows(symbol, split);
    const tail = labelsOf(symbol, rows.validation);
    const after = labelsOf(symbol, rows.forward);
    validation.push(tail);
    forward.push(after);
    const place = (what: string): string => `${what}, cohort ${cohort.id}`;
    windows.push(
      overlapReport(
        symbol.symbol,
        place('selection against validation'),
        labelsOf(symbol, rows.select),
        tail,
      ),
      overlapReport(symbol.symbol, place('fit against forward'), labelsOf(symbol, rows.fit), after),
      overlapReport(symbol.symbol, place('validation against forward'), tail, after),
    );
  }
  const prior = (before: number): LabelIntervals =>
    joinIntervals(table.symbols.map((symbol) => labelsOf(symbol, priorRows(symbol, before))));
  const place = (what: string): string => `prior against ${what}, cohort ${cohort.id}`;
  const everyone = 'all symbols';
  return joinReports([
    ...windows,
    overlapReport(everyone, place('validation'), prior(split.validationStart), joinIntervals(validation)),
    overlapReport(everyone, place('forward'), prior(split.end), joinIntervals(forward)),
    probeScoreTargets(table, cohort, { rule, slots }, choosers),
  ]);
}

function joinIntervals(parts: readonly LabelIntervals[]): LabelIntervals {
  const joined = (column: readonly Int32Array[]): Int32Array =>
    joinInto(new Int32Array(cellsOf(column)), column);
  return { start: joined(parts.map(({ start }) => start)), end: joined(parts.map(({ end }) => end)) };
}

function overlapReport(
  symbol: string,
  place: string,
  train: LabelIntervals,
  test: LabelIntervals,
): ProbeReport {
  const overlaps = countOverlaps(train, test);
  const message = `${place === '' ? '' : `${place}: `}${overlaps} pairs of a training label and a test label overlap`;
  return {
    rows: train.start.length === 0 ? 0 : test.start.length,
    findings: overlaps === 0 ? [] : [{ probe: 'label_overlap', symbol, rows: overlaps, message }],
  };
}
