import { expect } from 'chai';

import { scoreIntervals } from '../../../activities/score/score-intervals.js';
import { emptyPredictions } from '../../../data/predictions/prediction.js';
import type { Model, Predictions, Split } from '../../../data/predictions/prediction.js';

function predictions(
  rows: readonly {
    readonly score: number;
    readonly back: number;
    readonly split?: Split;
    readonly model?: Model;
  }[],
): Predictions {
  const all = emptyPredictions();
  for (const { score, back, split = 'forward', model = 'student' } of rows) {
    all.symbol.push('A');
    all.date.push('2024-01-01');
    all.window.push('A_2023-01-01_to_2023-07-01');
    all.model.push(model);
    all.split.push(split);
    all.probability.push(0.5);
    all.score.push(score);
    all.label.push(0);
    all.forwardReturn.push(back);
    all.baseRate.push(0.3);
  }
  return all;
}

/** 1,000 rows: the return is the number of the score's tenth, plus 0.00 to 0.99 within it. */
const ROWS = Array.from({ length: 1000 }, (_, at) => ({
  score: at / 1000,
  back: Math.floor(at / 100) + (at % 100) / 100,
}));

describe('the interval of a score', () => {
  it('is the central 80 % of the returns in its tenth', () => {
    const intervalOf = scoreIntervals(predictions(ROWS));
    const interval = intervalOf(0.35);
    expect(interval?.rows).to.be.within(99, 101);
    expect(interval?.low).to.be.closeTo(3.1, 0.02);
    expect(interval?.high).to.be.closeTo(3.9, 0.02);
  });

  it('is that of the outer tenths beyond all scores', () => {
    const intervalOf = scoreIntervals(predictions(ROWS));
    expect(intervalOf(-5)).to.deep.equal(intervalOf(0.01));
    expect(intervalOf(5)).to.deep.equal(intervalOf(0.99));
  });

  it('knows rows of the student alone that came after the window', () => {
    const other = ROWS.map(({ score }) => ({ score, back: 1000 }));
    const intervalOf = scoreIntervals(
      predictions([
        ...ROWS,
        ...other.map((row) => ({ ...row, split: 'validation' as const })),
        ...other.map((row) => ({ ...row, model: 'studentPlacebo' as const })),
        ...ROWS.map(({ score }) => ({ score, back: NaN })),
      ]),
    );
    expect(intervalOf(0.35)).to.deep.equal(scoreIntervals(predictions(ROWS))(0.35));
  });

  it('is none without enough rows in the tenth, or any', () => {
    expect(scoreIntervals(predictions(ROWS.slice(0, 200)))(0.05)).to.equal(null);
    expect(scoreIntervals(emptyPredictions())(0)).to.equal(null);
  });
});
