import { expect } from 'chai';

import { exposedParts } from '../../../../activities/model/ranking/exposed-parts.js';
import { exposedAt } from '../../../../activities/model/ranking/exposed-scores.js';
import { centredRanks } from '../../../../activities/stats/centred-ranks.js';
import { randomStream } from '../../../../data/random.js';
import { syntheticTable } from '../synthetic-table.js';

const BARS = 12;

/** Symbols with exposures and sectors, and scores that depend on beta. */
function made(symbols: number): {
  table: ReturnType<typeof syntheticTable>;
  scores: Float64Array[];
} {
  const random = randomStream(['exposed parts', symbols]);
  const table = syntheticTable({ symbols, bars: BARS });
  const column = (): Float32Array => Float32Array.from({ length: BARS }, () => random.normal());
  const own = table.symbols.map((symbol, at) => ({
    ...symbol,
    sector: at % 7 === 0 ? null : `sector ${at % 3}`,
    exposures: { volatility: column(), beta: column(), tradedValue: column() },
  }));
  const scores = own.map(({ exposures }, at) =>
    Float64Array.from(exposures.beta, (beta) => 0.01 * beta + 0.002 * (at % 3) + 0.005 * random.normal()),
  );
  return { table: { ...table, symbols: own }, scores };
}

describe('what exposures explain of scores', () => {
  const { table, scores } = made(40);
  const { symbols } = table;
  const span = { from: symbols[0]?.time[0] ?? NaN, until: Infinity, scores };
  const everyone = new Set(symbols.map(({ symbol }) => symbol));
  const residuals = (row: number, parts = exposedParts(table, span, everyone)): number[] =>
    symbols.map(({ symbol }, at) => (scores[at]?.[row] ?? NaN) - exposedAt(parts.get(symbol), row));

  it('leaves scores without any relation to exposures and sectors', () => {
    for (let row = 0; row < BARS; row += 1) {
      const left = residuals(row);
      for (const name of ['volatility', 'beta', 'tradedValue'] as const) {
        const ranks = centredRanks(symbols.map(({ exposures }) => exposures[name][row] ?? NaN));
        expect(left.reduce((sum, value, at) => sum + value * (ranks[at] ?? NaN), 0)).closeTo(0, 1e-12);
      }
      for (const sector of [null, 'sector 0', 'sector 1', 'sector 2'])
        expect(left.filter((_, at) => symbols[at]?.sector === sector).reduce((a, b) => a + b, 0)).closeTo(
          0,
          1e-12,
        );
      expect(left.some((value) => Math.abs(value) > 0.001)).equal(true);
    }
  });

  it('takes nothing out on days with few symbols', () => {
    const few = made(24);
    const parts = exposedParts(
      few.table,
      { ...span, scores: few.scores },
      new Set(few.table.symbols.map(({ symbol }) => symbol)),
    );
    for (const { values } of parts.values()) expect(Array.from(values)).deep.equal(new Array(BARS).fill(0));
  });

  it('has the same bits whoever is wanted, and in a shorter span', () => {
    const all = exposedParts(table, span, everyone);
    const wanted = 'S007';
    const one = exposedParts(table, span, new Set([wanted]));
    expect([...one.keys()]).deep.equal([wanted]);
    expect(one.get(wanted)).deep.equal(all.get(wanted));
    const time = symbols[7]?.time ?? new Int32Array(0);
    const later = exposedParts(
      table,
      {
        from: time[5] ?? NaN,
        until: (time[8] ?? NaN) + 1,
        scores: scores.map((own) => own.slice(5, 9)),
      },
      new Set([wanted]),
    );
    expect(later.get(wanted)?.first).equal(5);
    expect(Array.from(later.get(wanted)?.values ?? [])).deep.equal(
      Array.from(all.get(wanted)?.values.slice(5, 9) ?? []),
    );
  });

  it('compares a symbol that is no member with the members, and changes nothing for them', () => {
    const outside = {
      ...table,
      symbols: symbols.map((symbol, at) => (at === 3 ? { ...symbol, member: new Uint8Array(BARS) } : symbol)),
    };
    const without = {
      ...table,
      symbols: symbols.map((symbol, at) =>
        at === 3 ? { ...symbol, complete: new Uint8Array(BARS) } : symbol,
      ),
    };
    const parts = exposedParts(outside, span, everyone);
    const others = exposedParts(without, span, everyone);
    for (const { symbol } of symbols)
      if (symbol !== 'S003') expect(parts.get(symbol)).deep.equal(others.get(symbol));
    // As the last of a section that it is part of, it has the part that it has as a member.
    const as = exposedParts(table, span, everyone).get('S003');
    parts.get('S003')?.values.forEach((value, row) => expect(value).closeTo(as?.values[row] ?? NaN, 1e-12));
  });
});
