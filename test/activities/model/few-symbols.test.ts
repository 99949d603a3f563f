import { expect } from 'chai';

import { logit } from '../../../activities/stats/logistic.js';
import { initBackend } from '../../../workers/tensor/backend.js';
import { runOf, syntheticBars, trainedFigures } from './trained-figures.js';

const RUN = runOf('few', { from: '2022-01-01', to: '2022-12-27', windowDays: 180, seed: 7 }, 1);
const SYMBOLS = ['RELIANCE', 'TCS', 'INFY', 'SBIN', 'ITC'];

describe('teachers of few symbols', function () {
  this.timeout(600_000);
  before(() => initBackend());

  for (const [symbols, said] of [
    [1, 'at most 1 symbol a date, fewer than 5'],
    [4, 'at most 4 symbols a date, fewer than 5'],
  ] as const)
    it(`score by the logit, and figures say why they are missing: ${symbols}`, async () => {
      const { teacher, ranking } = await few(symbols);
      expect(new Set(teacher.symbol).size).to.equal(symbols);
      expect(new Set(teacher.split)).to.deep.equal(new Set(['validation', 'forward']));
      expect(new Set(teacher.probability).size).to.be.above(100);
      teacher.score.forEach((score, row) =>
        expect(score).to.be.closeTo(logit(teacher.probability[row] ?? NaN), 1e-9),
      );
      for (const model of ['teacher', 'permuted', 'reversal5'])
        for (const { raw, neutral } of ranking.get(model)?.horizons ?? [])
          for (const figure of [raw, neutral])
            expect(figure, model).to.deep.include({ mean: null, low: null, high: null, reason: said });
    });

  it('rank from five symbols on, without neutral figures', async () => {
    const { teacher, ranking } = await few(5);
    const off = teacher.score.filter(
      (score, row) => Math.abs(score - logit(teacher.probability[row] ?? NaN)) > 1e-3,
    );
    expect(off.length).to.be.above(0.9 * teacher.score.length);
    for (const { raw, neutral } of ranking.get('teacher')?.horizons ?? []) {
      expect(raw.mean).to.be.a('number');
      expect(neutral).to.deep.include({
        mean: null,
        reason: 'at most 5 symbols a date, fewer than 25',
      });
    }
  });
});

async function few(count: number): ReturnType<typeof trainedFigures> {
  const symbols = SYMBOLS.slice(0, count).map((symbol) => ({ symbol, industry: 'Made up' }));
  return trainedFigures(RUN, await syntheticBars(symbols, { seed: 7, to: RUN.config.to }), ['real']);
}
