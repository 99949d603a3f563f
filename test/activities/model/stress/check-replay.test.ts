import { expect } from 'chai';

import { checkReplay } from '../../../../activities/model/stress/check-replay.js';
import type { Forecast } from '../../../../activities/model/stress/student-forecast.js';
import { GurukulError } from '../../../../data/errors.js';
import { logitScore } from '../../../../data/predictions/logit-score.js';
import { fixturePredictions } from '../../figures/predictions-fixture.js';

type Outcome = Parameters<typeof checkReplay>[3][number];

const student = fixturePredictions({ seed: 1, symbols: 3, dates: 4, signal: 0.2 });
const rows = [...student.symbol.keys()].slice(2);

function replayed(change: (row: number) => Partial<Forecast & Outcome> | undefined): () => number {
  const forecasts = rows.map((row): Forecast | undefined => {
    const changed = change(row);
    return changed === undefined
      ? undefined
      : {
          probability: student.probability[row] ?? NaN,
          score: student.score[row] ?? NaN,
          ranked: true,
          ...changed,
        };
  });
  const outcomes = rows.map((row): Outcome => ({
    label: student.label[row] ?? NaN,
    forwardReturn: student.forwardReturn[row] ?? NaN,
    ...change(row),
  }));
  return () => checkReplay(student, rows, forecasts, outcomes);
}

describe('a student on bars without a shock', () => {
  it('must say the same again, but for rounding', () => {
    expect(replayed(() => ({}))()).to.equal(0);
    const largest = replayed((row) => ({ probability: (student.probability[row] ?? NaN) + 5e-7 }))();
    expect(largest).to.be.closeTo(5e-7, 1e-12);
  });

  it('is a bug where a row is missing, or anything of it differs', () => {
    const only = (change: Partial<Forecast & Outcome> | undefined) =>
      replayed((row) => (row === 7 ? change : {}));
    for (const [change, text] of [
      [undefined, 'not complete'],
      [{ probability: (student.probability[7] ?? NaN) + 2e-6 }, 'probability'],
      [{ score: NaN }, 'score'],
      [{ label: 1 - (student.label[7] ?? NaN) }, 'label'],
      [{ forwardReturn: (student.forwardReturn[7] ?? NaN) + 1e-12 }, 'forwardReturn'],
    ] as const)
      expect(only(change), text).to.throw(GurukulError, text).that.includes({ type: 'Bug' });
  });

  it('may differ more in a logit than in its probability', () => {
    const probability = 1e-4;
    const few = { ...student, probability: student.probability.map(() => probability) };
    const scored = { ...few, score: few.probability.map(logitScore) };
    const close = probability + 5e-7;
    const forecasts = rows.map((): Forecast => ({
      probability: close,
      score: logitScore(close),
      ranked: false,
    }));
    const outcomes = rows.map((row) => ({
      label: student.label[row] ?? NaN,
      forwardReturn: student.forwardReturn[row] ?? NaN,
    }));
    expect(checkReplay(scored, rows, forecasts, outcomes)).to.be.closeTo(5e-7, 1e-8);
  });
});
