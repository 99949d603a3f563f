import { MIN_NEUTRAL_SYMBOLS, MIN_RANKED_SYMBOLS, centredRanks, neutralRanks } from '../../stats/neutral.js';
import type { Neutraliser } from '../../stats/neutral.js';
import { neutraliserOf } from '../../stats/neutral.js';
import type { RegressorColumns } from '../../stats/regressors.js';
import type { Exposures, Outcomes } from '../feature-table.js';
import { forEachSection } from './sections.js';

/** What a symbol's targets are made from. */
export interface TargetSymbol {
  readonly outcomes: Outcomes;
  readonly member: Uint8Array;
  readonly exposures: Exposures;
}

/**
 * The neutral targets of every row: see `SymbolTable.targets`. Those of a time are made from all its members at once,
 * before any rows are left out.
 *
 * @param sectors Number of the sector of every symbol.
 * @returns For each symbol, a column per horizon.
 */
export function neutralTargets(
  symbols: readonly TargetSymbol[],
  sectors: Int32Array,
  places: readonly Int32Array[],
  marketBars: number,
): Float32Array[][] {
  const targets = symbols.map(({ outcomes, member }) =>
    outcomes.returns.map(() => new Float32Array(member.length).fill(NaN)),
  );
  const horizons = symbols[0]?.outcomes.returns.length ?? 0;
  const neutraliserAt = keptNeutraliser(symbols, sectors);
  forEachSection(places, marketBars, (_, present, rows) => {
    const turns = rows
      .map((_, turn) => turn)
      .filter((turn) => {
        return symbols[present[turn] ?? 0]?.member[rows[turn] ?? 0] === 1;
      });
    if (turns.length < MIN_RANKED_SYMBOLS) return;
    const members = turns.map((turn) => present[turn] ?? 0);
    const bars = turns.map((turn) => rows[turn] ?? 0);
    const returns = new Float64Array(members.length);
    let residual: Neutraliser | undefined;
    for (let horizon = 0; horizon < horizons; horizon += 1) {
      let known = 0;
      for (let at = 0; at < members.length; at += 1) {
        const value = symbols[members[at] ?? 0]?.outcomes.returns[horizon]?.[bars[at] ?? 0] ?? NaN;
        returns[at] = value;
        if (!Number.isNaN(value)) known += 1;
      }
      if (known < MIN_RANKED_SYMBOLS) continue;
      const target =
        known < MIN_NEUTRAL_SYMBOLS
          ? centredRanks(returns)
          : neutralRanks(returns, (residual ??= neutraliserAt(members, bars)));
      for (let at = 0; at < members.length; at += 1) {
        const column = targets[members[at] ?? 0]?.[horizon];
        if (column !== undefined && !Number.isNaN(returns[at])) column[bars[at] ?? 0] = target[at] ?? NaN;
      }
    }
  });
  return targets;
}

/** The regression of a time; that of the time before where members and exposures are the same, as within a session. */
function keptNeutraliser(
  symbols: readonly TargetSymbol[],
  sectors: Int32Array,
): (members: Int32Array, bars: Int32Array) => Neutraliser {
  let last: { readonly columns: RegressorColumns; readonly neutraliser: Neutraliser } | undefined;
  const exposure = (of: keyof Exposures, members: Int32Array, bars: Int32Array): Float64Array => {
    const column = new Float64Array(members.length);
    for (let at = 0; at < members.length; at += 1)
      column[at] = symbols[members[at] ?? 0]?.exposures[of][bars[at] ?? 0] ?? NaN;
    return column;
  };
  return (members, bars) => {
    const columns: RegressorColumns = {
      exposures: [
        exposure('volatility', members, bars),
        exposure('beta', members, bars),
        exposure('tradedValue', members, bars),
      ],
      sector: members.map((symbol) => sectors[symbol] ?? 0),
    };
    if (last === undefined || !sameColumns(last.columns, columns))
      last = { columns, neutraliser: neutraliserOf(columns) };
    return last.neutraliser;
  };
}

function sameColumns(a: RegressorColumns, b: RegressorColumns): boolean {
  return (
    sameValues(a.sector, b.sector) &&
    a.exposures.every((column, at) => sameValues(column, b.exposures[at] ?? new Float64Array(0)))
  );
}

function sameValues(a: Int32Array | Float64Array, b: Int32Array | Float64Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (!Object.is(a[at], b[at])) return false;
  return true;
}
