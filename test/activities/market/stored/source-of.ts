import type { BarSlots } from '../../../../activities/market/bar-slots.js';
import { ADJACENT_SLOTS } from '../../../../activities/market/bar-slots.js';
import type { TableOptions } from '../../../../activities/market/features/build-feature-table.js';
import { symbolPart } from '../../../../activities/market/features/symbol-part.js';
import { ALL_MEMBERS } from '../../../../activities/market/membership.js';
import { NO_SECTORS } from '../../../../activities/market/sectors.js';
import type { TableSource } from '../../../../activities/market/table-source.js';
import type { BarSeries } from '../../../../data/bars/series.js';
import type { LabelRule } from '../../../../data/schemas/label-rule.js';

/** The source of the table that `buildFeatureTable` builds of the same series. @param series In the order of symbols. */
export function sourceOf(
  series: readonly BarSeries[],
  rule: LabelRule,
  { slots = ADJACENT_SLOTS, membership = ALL_MEMBERS, sectors = NO_SECTORS }: TableOptions = {},
  computed: (symbol: string) => void = () => undefined,
): TableSource {
  return {
    of: { symbols: series.map(({ symbol }) => symbol) },
    symbols: series.map(({ symbol }) => symbol),
    ...{ rule, membership, sectors },
    part: async (place) => partOf(series[place], rule, slots, computed),
  };
}

async function partOf(
  bars: BarSeries | undefined,
  rule: LabelRule,
  slots: BarSlots,
  computed: (symbol: string) => void,
): ReturnType<TableSource['part']> {
  if (bars === undefined) throw new RangeError('there is no such symbol');
  // Others come in between, as they do while a file is read.
  await new Promise(setImmediate);
  computed(bars.symbol);
  return symbolPart(bars, rule, slots);
}
