import { expect } from 'chai';

import { pairedT } from '../../../../activities/model/choices/paired-t.js';
import { randomStream } from '../../../../data/random.js';

describe('the paired t of figures by date', () => {
  it('is the mean over the standard error of the means of blocks of 20 dates', () => {
    // Block means 1, 2, 3 and 6: mean 3, deviation √(14/3).
    const figures = Array.from(
      { length: 95 },
      (_, date) => 5 + ([1, 2, 3, 6, 99][Math.floor(date / 20)] ?? 0),
    );
    const reference = new Array<number>(95).fill(5);
    expect(pairedT(figures, reference)).to.be.closeTo(3 / Math.sqrt(14 / 3 / 4), 1e-12);
    expect(pairedT(reference, figures)).to.be.closeTo(-3 / Math.sqrt(14 / 3 / 4), 1e-12);
  });

  it('leaves out dates without a figure', () => {
    const figures = Array.from(
      { length: 80 },
      (_, date) => Math.floor(date / 20) + (date % 2 === 0 ? 0 : NaN),
    );
    expect(pairedT(figures, new Float64Array(80))).to.be.closeTo(1.5 / Math.sqrt(5 / 3 / 4), 1e-12);
  });

  it('is unknown with fewer than four blocks, and without differences', () => {
    expect(
      pairedT(
        Array.from({ length: 79 }, (_, date) => date),
        new Float64Array(79),
      ),
    ).to.be.NaN;
    expect(pairedT(new Float64Array(200), new Float64Array(200))).to.be.NaN;
  });

  it('exceeds 2 by luck in about 4 of 100 cases with 15 blocks', () => {
    let count = 0;
    for (let seed = 0; seed < 2000; seed += 1) {
      const random = randomStream([seed]);
      const figures = Float64Array.from({ length: 300 }, () => random.uniform());
      const reference = Float64Array.from({ length: 300 }, () => random.uniform());
      if (pairedT(figures, reference) > 2) count += 1;
    }
    // Student's t with 14 degrees of freedom: 3.3 of 100; three standard errors of 2,000 trials are 1.2.
    expect(count / 2000).to.be.within(0.021, 0.045);
  });
});
