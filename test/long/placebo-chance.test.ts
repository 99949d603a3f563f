import { expect } from 'chai';

import type { Predictions } from '../../data/predictions/prediction.js';
import { initBackend } from '../../workers/tensor/backend.js';
import { ENDS, aucOf, chancePredictions, rankIcOf } from '../activities/model/chance-runs.js';
import { newHome } from '../activities/model/job-rig.js';
import { zScore } from '../support/z-score.js';

describe('teachers on placebo bars', function () {
  this.timeout(600_000);
  before(() => initBackend());

  // The limits are the quantiles of Student's t that 0.3 % of worthless models exceed, as 3 is for many seeds.
  for (const [symbols, entry, seeds, limit] of [
    [8, 'close', 16, 3.6],
    [8, 'next-open', 16, 3.6],
    [96, 'close', 8, 4.5],
    [96, 'next-open', 8, 4.5],
  ] as const)
    it(`have the AUC and rank IC of chance: ${symbols} symbols, entry at the ${entry}`, async () => {
      const home = newHome();
      const runs: Predictions[][] = [];
      for (let seed = 0; seed < seeds; seed += 1)
        runs.push(await chancePredictions(home, { symbols, entry, seed }));
      expect(runs.every((cohorts) => cohorts.length === ENDS.length)).to.equal(true);
      expect(zScore(runs.map(aucOf), 0.5), 'AUC').to.be.within(-limit, limit);
      expect(zScore(runs.map(rankIcOf), 0), 'rank IC').to.be.within(-limit, limit);
    });
});
