import { lowerBound } from '../../data/bars/series.js';
import type { LabelRule } from '../../data/schemas/label-rule.js';
import { slotsAhead } from '../../data/schemas/label-rule.js';
import { dayNumber, startOfDate } from '../../data/time/dates.js';
import type { BarSlots } from '../market/bar-slots.js';
import { NO_SLOT } from '../market/bar-slots.js';
import { UNRESOLVED } from '../market/feature-table.js';
import { hasHistory } from '../market/features/lookback.js';
import { labelHorizons } from '../market/labels/horizons.js';
import type { SplitRows } from '../market/splits/splits.js';

/** What the plan knows of a symbol's rows before any feature is computed: enough to choose those of a window. */
export interface PlannedRows extends SplitRows {
  /** 1 for a row whose label stays unknown, although its horizon ends within the run's data. */
  readonly unknown: Uint8Array;
}

/** What a run's labels depend on. */
export interface PlannedLabels {
  readonly rule: LabelRule;
  readonly slots: BarSlots;
  /** End of the run's data, ISO, exclusive. */
  readonly until: string;
}

/**
 * The rows of a symbol, by the rules that the feature table follows.
 *
 * @param time Bar times before the end of the run's data.
 * @param warmTime From `marketWarmTime`, over all symbols.
 */
export function plannedRows(
  time: Int32Array,
  warmTime: number,
  { rule, slots, until }: PlannedLabels,
): PlannedRows {
  const slot = slots.number(time);
  const { exit } = labelHorizons(slot, rule);
  const ahead = slotsAhead(rule);
  const end = slots.before(dayNumber(until), time);
  const complete = new Uint8Array(time.length);
  const unknown = new Uint8Array(time.length);
  const resolvedAt = time.map((minutes, row) => {
    if (hasHistory(row, minutes, warmTime)) complete[row] = 1;
    const decided = exit[row] ?? -1;
    if (decided >= 0) return time[decided] ?? UNRESOLVED;
    const from = slot[row] ?? NO_SLOT;
    if (from === NO_SLOT || from + ahead < end) unknown[row] = 1;
    return UNRESOLVED;
  });
  return { time, resolvedAt, complete, unknown };
}

/** The bars of a series that a run may use. */
export function timesBefore(time: Int32Array, until: string): Int32Array {
  return time.subarray(0, lowerBound(time, startOfDate(until)));
}
