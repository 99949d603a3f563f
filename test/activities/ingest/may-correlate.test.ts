import { expect } from 'chai';
import fc from 'fast-check';

import { mayCorrelate, squaresAroundMean } from '../../../activities/ingest/may-correlate.js';
import { correlationOfKnown } from '../../../activities/stats/correlation.js';
import { randomStream } from '../../../data/random.js';

const LIMIT = 0.99;

/** Samples that are nearly the same, with noise, gaps, quiet and wild parts, and constant ones among them. */
const pairs = fc.record({
  seed: fc.nat(),
  places: fc.integer({ min: 1, max: 300 }),
  noise: fc.constantFrom(0, 1e-9, 0.05, 0.1, 0.14, 0.15, 0.3, 3),
  gaps: fc.constantFrom(0, 0.1, 0.9),
  scale: fc.constantFrom(1e-12, 1, 40, -1),
  mean: fc.constantFrom(0, 1, 1e6),
  size: fc.constantFrom(0, 1e-7, 1),
  isWild: fc.boolean(),
});

describe('mayCorrelate', () => {
  it('never rules out a pair that correlates above the limit', () => {
    let [above, ruledOut] = [0, 0];
    fc.assert(
      fc.property(pairs, ({ seed, places, noise, gaps, scale, mean, size, isWild }) => {
        const random = randomStream([seed, 'may correlate']);
        const a = new Float64Array(places).map(
          (_, at) => mean + size * random.normal() * (isWild && at > places / 2 ? 100 : 1),
        );
        const b = a.map((value) => scale * (value + noise * size * random.normal()));
        for (const sample of [a, b])
          for (let at = 0; at < places; at += 1) if (random.uniform() < gaps) sample[at] = NaN;
        const isAbove = correlationOfKnown(a, b).correlation > LIMIT;
        const may = mayCorrelate(a, b, squaresAroundMean(b), LIMIT);
        above += isAbove ? 1 : 0;
        ruledOut += may ? 0 : 1;
        expect(may || !isAbove, 'ruled out').to.equal(true);
      }),
      { numRuns: 3000, seed: 7 },
    );
    // The rule would hold of a function that rules out nothing, and of samples that never correlate.
    expect(above).to.be.above(300);
    expect(ruledOut).to.be.above(80);
  });

  it('rules out two that have nothing in common after a small part of their places', () => {
    const random = randomStream([5, 'may correlate']);
    const sample = (): Float64Array => new Float64Array(1200).map(() => random.normal());
    const [a, b] = [sample(), sample()];
    const part = a.map((value, at) => (at < 64 ? value : NaN));
    expect(mayCorrelate(part, b, squaresAroundMean(b), LIMIT)).to.equal(false);
  });
});
