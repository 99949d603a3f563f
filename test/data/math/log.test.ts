import { expect } from 'chai';

import { log, log1p } from '../../../data/math/log.js';
import { bitsOf, digestOf, drawn, worstUlps } from './bits.js';
import { exactLog, exactLog1p } from './exactly.js';

const PINNED_LOG: readonly (readonly [x: number, bits: string])[] = [
  [5e-324, 'c0874385446d71c3'],
  [1e-310, 'c0864e69394d9508'],
  [2.2250738585072014e-308, 'c086232bdd7abcd2'],
  [0.1, 'c0026bb1bbb55515'],
  [0.5, 'bfe62e42fefa39ef'],
  [0.7072, 'bfd62c1a17840101'],
  [0.999999999, 'be112e0be024e4bc'],
  [1.0000000001, '3ddb7cdffffa18d8'],
  [1.2, '3fc7565011e49675'],
  [2, '3fe62e42fefa39ef'],
  [2.718281828459045, '3ff0000000000000'],
  [250, '401615f9d9d17124'],
  [200000, '402869825a924dfa'],
  [1.7976931348623157e308, '40862e42fefa39ef'],
];

const PINNED_LOG1P: readonly (readonly [x: number, bits: string])[] = [
  [-0.9999, 'c0226bb1bbb55554'],
  [-0.5, 'bfe62e42fefa39ef'],
  [-0.29, 'bfd5eb5c7907e4c8'],
  [-1e-12, 'bd719799812df3bd'],
  [1e-20, '3bc79ca10c924223'],
  [1e-10, '3ddb7cdfd9d1d693'],
  [0.01, '3f8460d6ccca3677'],
  [0.4, '3fd588c2d9133490'],
  [0.42, '3fd6712984ec8f15'],
  [1, '3fe62e42fefa39ef'],
  [1000000, '402ba18abb1dedc8'],
  [100000000000000000, '4043926cd770aa67'],
  [1.7976931348623157e308, '40862e42fefa39ef'],
];

describe('log', () => {
  it('has these bits on every engine', () => {
    for (const [x, bits] of PINNED_LOG) expect(bitsOf(log(x)), `log(${x})`).to.equal(bits);
    expect(digestOf([...drawn(20_000, 0, 3), ...drawn(20_000, 0, 1e6)].map(log))).to.equal(
      '89e06bf10e8c929544666e558f58af18993d95ff17b1192cee8bf097934a00c1',
    );
  });

  it('is within one unit in the last place of the exact value', () => {
    const points = [
      drawn(500, 0, 1),
      drawn(500, 0.9, 1.1),
      drawn(500, 1, 3),
      drawn(300, 0, 1e7),
      drawn(100, 0, 1e-308),
    ];
    expect(worstUlps(points.flat(), log, exactLog)).to.be.within(0.3, 1);
    expect(worstUlps([5e-324, 1 - 2e-16, 1 + 3e-16, 1.7976931348623157e308], log, exactLog)).to.be.below(1);
  });

  it('is −∞ of 0 and NaN below it', () => {
    expect(log(0)).to.equal(-Infinity);
    expect(log(-0)).to.equal(-Infinity);
    expect(log(Infinity)).to.equal(Infinity);
    expect(Object.is(log(1), 0)).to.equal(true);
    for (const x of [-5e-324, -1, -Infinity, NaN]) expect(log(x), String(x)).to.be.NaN;
  });
});

describe('log1p', () => {
  it('has these bits on every engine', () => {
    for (const [x, bits] of PINNED_LOG1P) expect(bitsOf(log1p(x)), `log1p(${x})`).to.equal(bits);
    expect(digestOf([...drawn(20_000, -1, 1), ...drawn(20_000, 0, 1e7)].map(log1p))).to.equal(
      'e16ff85bbc1154a8be990ff27095ad604d654f2e273053c702c6ffbef0127a41',
    );
  });

  it('is within one unit in the last place of the exact value', () => {
    const points = [
      drawn(500, -1, 0),
      drawn(500, 0, 1),
      drawn(300, 0, 1e7),
      drawn(200, -1e-6, 1e-6),
      drawn(100, 0, 1e-20),
    ];
    expect(worstUlps(points.flat(), log1p, exactLog1p)).to.be.within(0.3, 1);
  });

  it('is −∞ of −1 and NaN below it', () => {
    expect(log1p(-1)).to.equal(-Infinity);
    expect(log1p(Infinity)).to.equal(Infinity);
    expect(Object.is(log1p(-0), -0)).to.equal(true);
    for (const x of [-1.0000000000000002, -Infinity, NaN]) expect(log1p(x), String(x)).to.be.NaN;
  });
});
