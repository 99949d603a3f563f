import type { BarSeries } from '../../../data/bars/series.js';
import { startOfDate } from '../../../data/time/dates.js';
import type { LabelRule } from '../../../data/schemas/label-rule.js';
import type { FeatureTable } from '../feature-table.js';
import { joinSymbolParts } from '../features/build-feature-table.js';
import { copyOfPart, symbolPart } from '../features/symbol-part.js';
import type { UsedBars } from '../load-feature-table.js';
import { shockBars } from './shock-bars.js';
import type { ShockPlan } from './shock-plan.js';

/** Feature tables of some bars, with and without shocks. */
export interface ShockedTables {
  /** Without a shock; complete from a day on, ISO. */
  unshocked(from: string): FeatureTable;
  /** Complete from the first day of the shock. */
  shocked(plan: ShockPlan): FeatureTable;
}

/** @param series The bars that the rows follow from. What belongs to symbols that a shock does not change is computed once. */
export function shockedTables(
  series: readonly BarSeries[],
  rule: LabelRule,
  { slots, membership, sectors }: Pick<UsedBars, 'slots' | 'membership' | 'sectors'>,
): ShockedTables {
  const whole = series.map((bars) => ({ bars, part: symbolPart(bars, rule, slots) }));
  const tableOf = (plan: ShockPlan | undefined, from: string): FeatureTable => {
    const parts = whole.map(({ bars, part }) => {
      const changed = plan === undefined ? bars : shockBars(bars, plan, sectors.get(bars.symbol) ?? null);
      return changed === bars ? copyOfPart(part) : symbolPart(changed, rule, slots);
    });
    return joinSymbolParts(parts, rule, membership, sectors, startOfDate(from));
  };
  return {
    unshocked: (from) => tableOf(undefined, from),
    shocked: (plan) => tableOf(plan, plan.first),
  };
}
