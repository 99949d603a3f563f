import { expect } from 'chai';
import fc from 'fast-check';

import { measureCohort } from '../../../activities/figures/cohort-parts.js';
import { cohortsOf, computeFigures, figuresOf } from '../../../activities/figures/figures.js';
import { metricsSchema, statTestsSchema } from '../../../data/schemas/metrics.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import { takeRows } from '../../../data/predictions/parquet.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { fixtureMarket } from './market-fixture.js';

const options = { seed: 7, horizon: 5, trials: 3, market: 'nse', entry: 'next-open' } as const;
const features = { importance: { features: [], windows: [] }, drift: { features: [], cohorts: [] } };

describe('figures from what was measured of each cohort', () => {
  const sets = fixtureMarket({ seed: 3, symbols: 27, dates: 14, cohorts: 5, signal: 0.3 });
  const parts = cohortsOf(sets).map((rows) => measureCohort(rows, options));
  const whole = computeFigures(sets, options);
  const { metrics, statTests, stressTests, backtest } = whole;
  const expected = canonicalJson({ metrics, statTests, events: stressTests.events, backtest });

  it('are those of all rows, whatever the order of the cohorts', () => {
    expect(parts).to.have.length(5);
    expect(whole.metrics.forward.teacher.rows).to.equal(27 * 14 * 5);
    expect(metricsSchema.parse(whole.metrics)).to.deep.equal(whole.metrics);
    expect(statTestsSchema.parse(whole.statTests)).to.deep.equal(whole.statTests);
    fc.assert(
      fc.property(fc.shuffledSubarray(parts, { minLength: 5, maxLength: 5 }), (shuffled) => {
        expect(canonicalJson(figuresOf(shuffled, options, features, undefined))).to.equal(expected);
      }),
      { numRuns: 12 },
    );
  });

  it('do not depend on the order of the rows', () => {
    const reversed = (rows: Predictions): Predictions => takeRows(rows, [...rows.symbol.keys()].reverse());
    const again = computeFigures(
      {
        ...sets,
        teacher: reversed(sets.teacher),
        student: reversed(sets.student),
        placebo: reversed(sets.placebo),
      },
      options,
    );
    expect(canonicalJson(again)).to.equal(canonicalJson(whole));
  });

  it('are small where they can be: nothing of a row but its columns, and daily values', () => {
    const tile = parts[0]?.days.ranking;
    expect(tile?.lines.map(({ name }) => name)).to.deep.equal([
      'teacher',
      'student',
      'placebo',
      'studentPlacebo',
      'permuted',
      'reversal1',
      'factorSum',
    ]);
    for (const line of tile?.lines ?? [])
      expect(line.raw.every(({ length }) => length === 14)).to.equal(true);
  });
});
