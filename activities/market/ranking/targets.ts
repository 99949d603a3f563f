import { rankInto } from '../../stats/centred-ranks.js';
import { MIN_NEUTRAL_SYMBOLS, MIN_RANKED_SYMBOLS } from '../../stats/neutral.js';
import { Regression } from '../../stats/regression.js';
import type { Exposures, Outcomes } from '../feature-table.js';
import type { SectionBars } from './sections.js';
import { forEachSection } from './sections.js';

/** What a symbol's targets are made from. */
export interface TargetSymbol {
  readonly outcomes: Pick<Outcomes, 'returns'>;
  readonly member: Uint8Array;
  readonly exposures: Exposures;
}

/**
 * The neutral targets of every row: see `SymbolTable.targets`. Those of a time are made from all its members with a
 * return at once, before any rows are left out.
 *
 * @param sectors Number of the sector of every symbol.
 * @returns For each symbol, a column per horizon.
 */
export function neutralTargets(
  symbols: readonly TargetSymbol[],
  sectors: Int32Array,
  bars: SectionBars,
): Float32Array[][] {
  const targets = symbols.map(({ outcomes, member }) =>
    outcomes.returns.map(() => new Float32Array(member.length).fill(NaN)),
  );
  const horizons = (symbols[0]?.outcomes.returns ?? []).map((_, horizon) => ({
    returns: symbols.map(({ outcomes }) => outcomes.returns[horizon] ?? new Float64Array(0)),
    targets: targets.map((columns) => columns[horizon] ?? new Float32Array(0)),
  }));
  const members = symbols.map(({ member }) => member);
  const section = createTargetSection(symbols, sectors);
  const { returns, ranks, symbol, bar, sorted } = section;
  forEachSection(bars, (_, present, rows) => {
    for (const horizon of horizons) {
      let count = 0;
      for (let turn = 0; turn < present.length; turn += 1) {
        const [own, row] = [present[turn] ?? 0, rows[turn] ?? 0];
        const value = horizon.returns[own]?.[row] ?? NaN;
        if (members[own]?.[row] !== 1 || value !== value) continue;
        returns[count] = value;
        symbol[count] = own;
        bar[count] = row;
        count += 1;
      }
      if (count < MIN_RANKED_SYMBOLS) continue;
      if (count < MIN_NEUTRAL_SYMBOLS) rankInto(returns, count, ranks, sorted);
      else section.regression(count).residualRanks(returns, ranks);
      for (let at = 0; at < count; at += 1) {
        const column = horizon.targets[symbol[at] ?? 0];
        if (column !== undefined) column[bar[at] ?? 0] = ranks[at] ?? NaN;
      }
    }
  });
  return targets;
}

/** Buffers for the symbols that have a return at a time. */
interface TargetSection {
  readonly returns: Float64Array;
  readonly ranks: Float64Array;
  readonly sorted: Float64Array;
  /** Index of each symbol, and its row. */
  readonly symbol: Int32Array;
  readonly bar: Int32Array;
  /** The regression of the first symbols, which is the last one where symbols and exposures are the same. */
  regression(count: number): Regression;
}

function createTargetSection(symbols: readonly TargetSymbol[], sectors: Int32Array): TargetSection {
  const capacity = symbols.length;
  const regression = new Regression(capacity);
  const symbol = new Int32Array(capacity);
  const bar = new Int32Array(capacity);
  const sector = new Int32Array(capacity);
  const columns = (['volatility', 'beta', 'tradedValue'] as const).map((of) => ({
    from: symbols.map(({ exposures }) => exposures[of]),
    values: new Float64Array(capacity),
  }));
  const exposures = columns.map(({ values }) => values);
  const last = new Int32Array(capacity);
  let lastCount = -1;
  return {
    ...{ symbol, bar },
    returns: new Float64Array(capacity),
    ranks: new Float64Array(capacity),
    sorted: new Float64Array(capacity),
    regression: (count) => {
      let same = count === lastCount;
      lastCount = count;
      for (let at = 0; at < count; at += 1) {
        const own = symbol[at] ?? 0;
        same &&= last[at] === own;
        last[at] = own;
        sector[at] = sectors[own] ?? 0;
        for (const { from, values } of columns) {
          const value = from[own]?.[bar[at] ?? 0] ?? NaN;
          same &&= Object.is(values[at], value);
          values[at] = value;
        }
      }
      if (!same) regression.fit({ exposures, sector, count });
      return regression;
    },
  };
}
