import { expect } from 'chai';

import type { RankIcFigure } from '../../../data/schemas/ranking-figures.js';
import { initBackend } from '../../../workers/tensor/backend.js';
import type { TrainedFigures } from './trained-figures.js';
import { runOf, syntheticBars, trainedFigures } from './trained-figures.js';

const SEED = 7;
/** Where the forward part of the last of three windows ends. */
const TO = '2022-06-21';
const RUN = runOf('planted', { from: '2020-07-01', to: TO, windowDays: 180, seed: SEED }, 3);

const SYMBOLS = Array.from({ length: 40 }, (_, at) => ({
  symbol: `MADE${String(at).padStart(3, '0')}`,
  industry: `Industry ${at % 6}`,
}));

/** Standard errors that luck exceeds less than once in a thousand times. */
const LUCK = 3.5;

/** Neutral rank ICs of a model's score at 1 and 5 bars. */
function neutralIcs({ ranking }: TrainedFigures, model: string): RankIcFigure[] {
  const horizons = ranking.get(model)?.horizons ?? [];
  return [1, 5].flatMap((bars) =>
    horizons.filter(({ horizon }) => horizon === bars).map(({ neutral }) => neutral),
  );
}

describe('the score of teachers trained on the synthetic market', function () {
  // Seconds of computing, but TensorFlow's threads wait for one another on a busy machine.
  this.timeout(600_000);
  before(() => initBackend());

  it('finds the signal: its whole interval is above zero at 1 and at 5 bars', async () => {
    const found = await trainedFigures(RUN, await syntheticBars(SYMBOLS, { seed: SEED, to: TO }), ['real']);
    const ics = neutralIcs(found, 'teacher');
    expect(ics.map(({ days }) => days)).to.deep.equal([362, 362]);
    for (const { low } of ics) expect(low).to.be.above(0);
  });

  it('finds none where it is switched off, nor do placebo and permuted teachers', async () => {
    const bars = await syntheticBars(SYMBOLS, { seed: SEED, to: TO, strength: 0 });
    const none = await trainedFigures(RUN, bars, ['real', 'placebo']);
    for (const model of ['teacher', 'placebo', 'permuted']) {
      const ics = neutralIcs(none, model);
      expect(ics.map(({ days }) => days)).to.deep.equal([362, 362]);
      // An interval of 95 % misses zero one time in twenty by luck, so the placebos may be further off.
      for (const { mean, standardError, low, high } of ics)
        if (model === 'teacher') {
          expect(low).to.be.below(0);
          expect(high).to.be.above(0);
        } else expect(Math.abs(mean ?? NaN), model).to.be.below(LUCK * (standardError ?? NaN));
    }
  });
});
