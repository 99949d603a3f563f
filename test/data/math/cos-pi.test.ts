import { expect } from 'chai';

import { cosPi } from '../../../data/math/cos-pi.js';
import { bitsOf, digestOf, drawn, worstUlps } from './bits.js';
import { exactCosPi } from './exactly.js';

const PINNED: readonly (readonly [x: number, bits: string])[] = [
  [0, '3ff0000000000000'],
  [1e-9, '3ff0000000000000'],
  [0.1, '3fee6f0e134454ff'],
  [0.25, '3fe6a09e667f3bcd'],
  [0.3333333333333333, '3fe0000000000000'],
  [0.49999999999, '3dc14566224c49ad'],
  [0.5, '0000000000000000'],
  [0.75, 'bfe6a09e667f3bcd'],
  [1, 'bff0000000000000'],
  [1.9, '3fee6f0e134454ff'],
  [-0.4, '3fd3c6ef372fe94e'],
  [12345.678, '3fe0f9f297584427'],
];

describe('cosPi', () => {
  it('has these bits on every engine', () => {
    for (const [x, bits] of PINNED) expect(bitsOf(cosPi(x)), `cosPi(${x})`).to.equal(bits);
    expect(digestOf([...drawn(20_000, 0, 2), ...drawn(20_000, -1e6, 1e6)].map(cosPi))).to.equal(
      '607feddb019fb6ee98acb11d228eddb4872dda7870987b40de47985e338af91b',
    );
  });

  it('is within two units in the last place of the exact value', () => {
    const points = [drawn(1000, 0, 1), drawn(1000, 0, 2), drawn(300, 0.499, 0.501), drawn(300, -50, 50)];
    expect(worstUlps(points.flat(), cosPi, exactCosPi)).to.be.within(0.3, 2);
  });

  it('is exact at quarters of a turn', () => {
    expect([0, 0.5, 1, 1.5, 2, 2.5, -0.5, -1, 1e15].map(cosPi).map(Math.abs)).to.deep.equal([
      1, 0, 1, 0, 1, 0, 0, 1, 1,
    ]);
    expect([0, 1, 2, 3, -1].map(cosPi)).to.deep.equal([1, -1, 1, -1, -1]);
    for (const x of [NaN, Infinity, -Infinity]) expect(cosPi(x), String(x)).to.be.NaN;
  });
});
