import { expect } from 'chai';

import { exp } from '../../../data/math/exp.js';
import { bitsOf, digestOf, drawn, worstUlps } from './bits.js';
import { exactExp } from './exactly.js';

const PINNED: readonly (readonly [x: number, bits: string])[] = [
  [0, '3ff0000000000000'],
  [1e-9, '3ff000000044b830'],
  [0.1, '3ff1aec7b35a00d4'],
  [0.3465, '3ff6a03146cf6ead'],
  [0.35, '3ff6b4802c805dec'],
  [1, '4005bf0a8b145769'],
  [-1, '3fd78b56362cef38'],
  [2.5, '40285d6fd931e0bb'],
  [-17.3, '3e60772c096d61b7'],
  [100.1, '48f5508d07df81bb'],
  [709.78, '7fefe9ce5c4c52b4'],
  [-708.5, '000e6cf6d08897ac'],
  [-745.1, '0000000000000001'],
];

describe('exp', () => {
  it('has these bits on every engine', () => {
    for (const [x, bits] of PINNED) expect(bitsOf(exp(x)), `exp(${x})`).to.equal(bits);
    expect(digestOf([...drawn(20_000, -2, 2), ...drawn(20_000, -745, 710)].map(exp))).to.equal(
      '9fce537919e77a322cbc833306e33ccc832ed9e144336b89bbc744f63dad007f',
    );
  });

  it('is within one unit in the last place of the exact value', () => {
    const points = [
      drawn(1000, -1, 1),
      drawn(1000, -40, 40),
      drawn(200, -745, 709.78),
      drawn(100, -1e-8, 1e-8),
    ];
    expect(worstUlps(points.flat(), exp, exactExp)).to.be.within(0.3, 1);
  });

  it('ends in 0 and infinity, and passes NaN on', () => {
    expect(exp(709.782712893384)).to.equal(1.7976931348622732e308);
    expect(exp(709.7827128933841)).to.equal(Infinity);
    expect(exp(Infinity)).to.equal(Infinity);
    expect(exp(-745.1332191019412)).to.equal(0);
    expect(exp(-Infinity)).to.equal(0);
    expect(exp(-0)).to.equal(1);
    expect(exp(NaN)).to.be.NaN;
  });
});
