import { expect } from 'chai';

import type { Predictions } from '../../../data/predictions/prediction.js';
import { initBackend } from '../../../workers/tensor/backend.js';
import { zScore } from '../../support/z-score.js';
import { aucOf, chancePredictions, rankIcOf } from './chance-runs.js';
import { newHome } from './job-rig.js';

const SEEDS = 6;
/** The quantile of Student's t that 0.3 % of the means of six worthless models exceed. */
const LIMIT = 5.4;
const ENDS = [400, 480];

/** Forward predictions of two cohorts by seed. More seeds, entries and symbols are in the tier `long`. */
async function runsOn(kind: 'placebo' | 'bars'): Promise<Predictions[][]> {
  const home = newHome();
  const runs: Predictions[][] = [];
  for (let seed = 0; seed < SEEDS; seed += 1) {
    const run = { symbols: 24, entry: 'next-open', seed, ends: ENDS, placebo: kind === 'placebo' } as const;
    runs.push(await chancePredictions(home, run));
  }
  expect(runs.every((cohorts) => cohorts.length === ENDS.length)).to.equal(true);
  return runs;
}

describe('teachers on lopsided bars', function () {
  this.timeout(600_000);
  before(() => initBackend());

  it('have the AUC and rank IC of chance on their placebo', async () => {
    const runs = await runsOn('placebo');
    expect(zScore(runs.map(aucOf), 0.5), 'AUC').to.be.within(-LIMIT, LIMIT);
    expect(zScore(runs.map(rankIcOf), 0), 'rank IC').to.be.within(-LIMIT, LIMIT);
  });

  // What the placebo removes is large enough to be seen with as many seeds.
  it('learn the shape of each symbol’s returns from the bars themselves', async () => {
    const runs = await runsOn('bars');
    expect(zScore(runs.map(rankIcOf), 0)).to.be.above(LIMIT);
    expect(zScore(runs.map(aucOf), 0.5)).to.be.above(4);
  });
});
