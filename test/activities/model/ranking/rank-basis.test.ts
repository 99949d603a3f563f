import { expect } from 'chai';

import { RANK_NAMES, STATE_FIGURES } from '../../../../activities/market/ranking/rank-features.js';
import { priorTerm, rankBasis } from '../../../../activities/model/ranking/rank-basis.js';
import { termName } from './term-name.js';

describe('the columns of the rank head', () => {
  it('have every product and bend of the features that a table really has', () => {
    const stateNames = STATE_FIGURES.map(({ name }) => name);
    const basis = rankBasis({ rankNames: RANK_NAMES, stateNames });
    const counts = new Map<string, number>();
    for (const { kind } of basis.terms) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    expect(Object.fromEntries(counts)).to.deep.equal({
      rank: RANK_NAMES.length,
      product: 25,
      state: 5 * stateNames.length,
      size: 10,
      tail: 10,
    });
    const names = basis.terms.map(termName);
    expect(new Set(names).size).to.equal(names.length);
    expect(names[priorTerm(basis)]).to.equal('factor_sum');
  });

  it('are fewer for fewer features', () => {
    const basis = rankBasis({ rankNames: ['sector_residual_1', 'volume_1_20'], stateNames: [] });
    expect(basis.terms.map(termName)).to.deep.equal([
      'sector_residual_1',
      'volume_1_20',
      'sector_residual_1 × volume_1_20',
      'size of sector_residual_1',
      'tail of sector_residual_1',
      'size of volume_1_20',
      'tail of volume_1_20',
    ]);
    expect(priorTerm(basis)).to.equal(-1);
  });
});
