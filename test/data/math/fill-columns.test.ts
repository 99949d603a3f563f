import { expect } from 'chai';
import fc from 'fast-check';

import {
  bytesOf,
  doubles,
  doublesOf,
  integers,
  integersOf,
  placesOf,
  singles,
  singlesOf,
} from '../../../data/math/fill-columns.js';

describe('columns filled cell by cell', () => {
  it('are those that `from` of their types gives', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true })), (values) => {
        const of = (value: number, at: number): number => value * 2 + at;
        expect(doublesOf(values, of)).to.deep.equal(Float64Array.from(values, of));
        expect(singlesOf(values, of)).to.deep.equal(Float32Array.from(values, of));
        expect(integersOf(values, of)).to.deep.equal(Int32Array.from(values, of));
        expect(bytesOf(values, of)).to.deep.equal(Uint8Array.from(values, of));
      }),
    );
  });

  it('have as many cells as asked', () => {
    const square = (at: number): number => at * at;
    expect(doubles(4, square)).to.deep.equal(Float64Array.of(0, 1, 4, 9));
    expect(singles(3, square)).to.deep.equal(Float32Array.of(0, 1, 4));
    expect(integers(2, square)).to.deep.equal(Int32Array.of(0, 1));
    expect(doubles(0, square)).to.have.length(0);
    expect(placesOf('abc')).to.deep.equal(Int32Array.of(0, 1, 2));
  });

  it('refuse values with a hole', () => {
    const holes: number[] = [1];
    holes.length = 2;
    expect(() => doublesOf(holes, (value) => value)).to.throw(RangeError, 'no value 1');
  });
});
