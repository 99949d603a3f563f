import { expect } from 'chai';

import { buildFeatureTable } from '../../../../activities/market/features/build-feature-table.js';
import { FEATURE_FORMULAS } from '../../../../activities/market/features/feature-formulas.js';
import { syntheticMarket } from '../synthetic-market.js';

describe('the formulas of features', () => {
  const { names, symbols } = buildFeatureTable(syntheticMarket(90), { horizon: 5, threshold: 0.02 });

  it('are those of the table, in its order', () => {
    expect(FEATURE_FORMULAS.map(({ name }) => name)).to.deep.equal(names);
  });

  it('state no more bars than a complete row has', () => {
    expect(symbols[0]?.complete.indexOf(1)).to.equal(63);
    for (const { name, bars } of FEATURE_FORMULAS) expect(bars, name).to.be.within(1, 61);
  });
});
