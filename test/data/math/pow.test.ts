import { expect } from 'chai';

import { pow } from '../../../data/math/pow.js';
import { square } from '../../../data/math/square.js';
import { bitsOf, digestOf, drawn } from './bits.js';
import { exactPow, ulpsFrom } from './exactly.js';

const PINNED: readonly (readonly [x: number, y: number, bits: string])[] = [
  [0.9, 42, '3f88850bc9479cfd'],
  [0.999, 1, '3feff7ced916872b'],
  [0.999, 777, '3fdd6a295854513f'],
  [1.0371, 2.8, '3ff1b7d708672e9b'],
  [0.93, 0.0123, '3feff8b0e05c5e64'],
  [10, -21, '3b92e3b40a0e9b50'],
  [10, 22, '4480f0cf064dd592'],
  [2, -1074, '0000000000000001'],
  [2, 1023, '7fe0000000000000'],
  [1e-320, 0.5, '1eb67e93ddbc0e73'],
  [1.7976931348623157e308, -1, '0004000000000000'],
  [1.0000001, 2000000000, '51f73f51dbbece47'],
  [1.5, 0.5, '3ff3988e1409212e'],
  [7.389, -300.25, '09c95e1cc96f1694'],
  [3, 0.3333333333333333, '3ff7137449123ef6'],
];

/** Bases and exponents, one of each. */
function pairs(count: number, base: [number, number], exponent: [number, number]): [number, number][] {
  const exponents = drawn(count, ...exponent);
  return drawn(count, ...base).map((x, at) => [x, exponents[at] ?? NaN]);
}

describe('pow', () => {
  it('has these bits on every engine', () => {
    for (const [x, y, bits] of PINNED) expect(bitsOf(pow(x, y)), `pow(${x}, ${y})`).to.equal(bits);
    const points = [...pairs(20_000, [0, 3], [-30, 30]), ...pairs(20_000, [0.5, 2], [-700, 700])];
    expect(digestOf(points.map(([x, y]) => pow(x, y)))).to.equal(
      '2b5d89572ceb0950ba29dcae8bda604cc9fa1d0fea0ce35772785c7bba88592e',
    );
  });

  it('is within one unit in the last place of the exact value', () => {
    const points = [
      ...pairs(500, [0, 3], [-10, 10]),
      ...pairs(300, [0.99, 1.01], [-40_000, 40_000]),
      ...pairs(200, [1e-320, 1e-308], [-0.9, 0.9]),
      ...Array.from({ length: 500 }, (_, step): [number, number] => [0.999, step + 1]),
    ];
    const worst = Math.max(...points.map(([x, y]) => ulpsFrom(pow(x, y), exactPow(x, y))));
    expect(worst).to.be.within(0.3, 1);
  });

  it('is exact where the result is', () => {
    for (let exponent = -1074; exponent < 1024; exponent += 1)
      expect(ulpsFrom(pow(2, exponent), { value: 1n << 320n, exponent }), `2^${exponent}`).to.equal(0);
    for (let exponent = 0; exponent <= 22; exponent += 1)
      expect(pow(10, exponent)).to.equal(Number(`1e${exponent}`));
    for (const x of [0, 0.1, 1, 3.7, 1e200, Infinity]) expect(pow(x, 1), String(x)).to.equal(x);
  });

  it('ends in 0 and infinity, and passes NaN on', () => {
    expect(pow(0, 2)).to.equal(0);
    expect(pow(0, -2)).to.equal(Infinity);
    expect(pow(Infinity, 0.5)).to.equal(Infinity);
    expect(pow(Infinity, -0.5)).to.equal(0);
    for (const x of [0, 1, 7, Infinity]) expect(pow(x, 0)).to.equal(1);
    expect(pow(1, 2e9)).to.equal(1);
    expect(pow(2, 1024)).to.equal(Infinity);
    expect(pow(1.7976931348623157e308, 1.0000000000000002)).to.equal(Infinity);
    expect(pow(2, -1075)).to.equal(0);
    expect(pow(2, -1074.9)).to.equal(5e-324);
    expect(pow(NaN, 2)).to.be.NaN;
    expect(pow(2, NaN)).to.be.NaN;
  });

  it('refuses what nothing here needs', () => {
    expect(() => pow(-8, 2)).to.throw(RangeError, '-8, 2');
    expect(() => pow(2, 4294967296)).to.throw(RangeError, '2, 4294967296');
  });
});

describe('square', () => {
  it('is the product, rounded once', () => {
    for (const x of drawn(100, -3, 3)) expect(square(x)).to.equal(x * x);
  });
});
