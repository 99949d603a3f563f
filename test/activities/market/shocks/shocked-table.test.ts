import { expect } from 'chai';

import { ADJACENT_SLOTS } from '../../../../activities/market/bar-slots.js';
import { buildFeatureTable } from '../../../../activities/market/features/build-feature-table.js';
import { ALL_MEMBERS } from '../../../../activities/market/membership.js';
import { shockedTables } from '../../../../activities/market/shocks/shocked-table.js';
import { shockBars } from '../../../../activities/market/shocks/shock-bars.js';
import { planShocks } from '../../../../activities/market/shocks/shock-plan.js';
import { tailBars } from '../../../../activities/market/shocks/tail-bars.js';
import { lowerBound } from '../../../../data/bars/series.js';
import { MINUTES_PER_DAY, dayNumber, isoDate } from '../../../../data/time/dates.js';
import { syntheticMarket } from '../synthetic-market.js';

const RULE = { horizon: 5, threshold: 0.02, label: 'horizon', entry: 'next-open' } as const;
const FIRST = dayNumber('2021-01-04');

describe('the feature table of shocked bars', function () {
  this.timeout(300_000);
  const series = syntheticMarket(520);
  const sectors = new Map([
    ['ALPHA', 'A'],
    ['BETA', 'B'],
    ['DELTA', 'B'],
  ]);
  const [from, until] = [isoDate(FIRST + 430), isoDate(FIRST + 500)];
  const time = (date: string): number => dayNumber(date) * MINUTES_PER_DAY;
  const market = { slots: ADJACENT_SLOTS, membership: ALL_MEMBERS, sectors };
  const tail = tailBars(series, time(from), time(until), RULE.horizon);
  const tables = shockedTables(tail, RULE, market);
  const sessions = Array.from({ length: 70 }, (_, at) => isoDate(FIRST + 430 + at));
  const plans = planShocks({
    ...{ interval: '1day', sessions, symbols: series.map(({ symbol }) => symbol), seed: 7 },
    sectorOf: (symbol) => sectors.get(symbol) ?? null,
  });

  it('needs the tail of the bars alone', () => {
    expect(Math.max(...tail.map(({ time: { length } }) => length))).to.be.lessThan(520 - 20);
    const whole = buildFeatureTable(series, RULE, market);
    compare(whole, tables.unshocked(from), from);
  });

  it('is that of the training’s own code, whatever the shock and the order of the shocks', () => {
    for (const plan of [...plans.values()].reverse()) {
      const changed = tail.map((own) => shockBars(own, plan, sectors.get(own.symbol) ?? null));
      compare(buildFeatureTable(changed, RULE, market), tables.shocked(plan), plan.first);
    }
    compare(buildFeatureTable(series, RULE, market), tables.unshocked(from), from);
  });

  it('leaves rows before a shock as they are', () => {
    const whole = buildFeatureTable(series, RULE, market);
    for (const plan of plans.values()) {
      const changed = series.map((own) => shockBars(own, plan, sectors.get(own.symbol) ?? null));
      const shocked = buildFeatureTable(changed, RULE, market);
      for (const [index, own] of whole.symbols.entries()) {
        const rows = lowerBound(own.time, time(plan.first));
        const width = whole.names.length;
        expect(shocked.symbols[index]?.features.subarray(0, rows * width)).to.deep.equal(
          own.features.subarray(0, rows * width),
        );
      }
    }
  });

  /** Every complete row from a day on, before the last, has the same inputs and label in both tables. */
  function compare(
    whole: ReturnType<typeof buildFeatureTable>,
    part: ReturnType<typeof buildFeatureTable>,
    first: string,
  ): void {
    let compared = 0;
    for (const [index, own] of whole.symbols.entries()) {
      const other = part.symbols[index];
      if (other === undefined) throw new Error(`no ${own.symbol}`);
      for (let row = lowerBound(own.time, time(first)); row < own.time.length; row += 1) {
        if ((own.time[row] ?? Infinity) >= time(until)) break;
        const at = lowerBound(other.time, own.time[row] ?? NaN);
        expect(other.time[at]).to.equal(own.time[row]);
        expect(other.complete[at]).to.equal(own.complete[row]);
        if (own.complete[row] !== 1) continue;
        compared += 1;
        for (const [name, width] of [
          ['features', whole.names.length],
          ['relative', whole.relativeColumns.length],
          ['ranks', whole.rankNames.length],
          ['state', whole.stateNames.length],
          ['label', 1],
          ['forwardReturn', 1],
        ] as const)
          expect(
            [...other[name].subarray(at * width, (at + 1) * width)],
            `${own.symbol} ${name}`,
          ).to.deep.equal([...own[name].subarray(row * width, (row + 1) * width)]);
      }
    }
    expect(compared).to.be.greaterThan(30);
  }
});
