import { expect } from 'chai';

import {
  SCALE_GRID,
  SHIFT_GRID,
  STANDARD,
  WEIGHTS_GRID,
  configAsJson,
} from '../../../activities/model/prior/configs.js';
import { RANK_GRID, TREE_SHARES } from '../../../activities/model/ranking/rank-grid.js';
import {
  PROBABILITY_GRID,
  REWARD_KINDS,
  SCORE_GRID,
} from '../../../activities/model/student/student-grid.js';
import { ADAPTATIONS } from '../../../activities/model/teachers/adaptations.js';
import { RUN_TRIALS, trialsOfRun } from '../../../activities/model/trials.js';
import { HOLDING_BARS } from '../../../data/schemas/holding-bars.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import { canonicalJson } from '../../../data/store/digests.js';

describe('the trials of a run', () => {
  it('are the candidates of all grids, each once and as JSON can hold it', () => {
    const grids: (readonly unknown[])[] = [
      SCALE_GRID,
      WEIGHTS_GRID,
      SHIFT_GRID,
      RANK_GRID,
      TREE_SHARES,
      PROBABILITY_GRID,
      SCORE_GRID,
      REWARD_KINDS,
      HOLDING_BARS,
      ...Object.values(ADAPTATIONS),
    ];
    expect(RUN_TRIALS).to.equal(grids.reduce((sum, { length }) => sum + length, 0));
    const trials = trialsOfRun({ ...runInputSchema.parse({}), runId: 'r' }, 'code');
    expect(new Set(trials.map((trial) => canonicalJson(trial))).size).to.equal(RUN_TRIALS);
    for (const trial of trials)
      for (const value of Object.values(trial))
        expect(typeof value === 'string' || Number.isFinite(value)).to.equal(true);
  });

  it('have every declared default among the candidates', () => {
    const among = (grid: readonly object[], wanted: object): boolean =>
      grid.some((candidate) => canonicalJson(candidate) === canonicalJson(wanted));
    const { relativeRidge, halfLife, symbolShrinkage } = STANDARD.calibration;
    expect(among(SCALE_GRID.map(configAsJson), configAsJson(STANDARD.scale))).to.equal(true);
    expect(among(WEIGHTS_GRID.map(configAsJson), configAsJson({ relativeRidge, halfLife }))).to.equal(true);
    expect(among(SHIFT_GRID.map(configAsJson), configAsJson({ symbolShrinkage }))).to.equal(true);
  });
});
