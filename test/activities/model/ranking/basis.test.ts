import { expect } from 'chai';

import type { RankBasis } from '../../../../activities/model/ranking/basis.js';
import { fillBasis } from '../../../../activities/model/ranking/basis.js';
import { termName } from './term-name.js';

const BASIS: RankBasis = {
  rankNames: ['a', 'b'],
  stateNames: ['s'],
  terms: [
    { kind: 'rank', feature: 'b' },
    { kind: 'product', feature: 'a', by: 'b' },
    { kind: 'state', feature: 'a', by: 's' },
    { kind: 'size', feature: 'a' },
    { kind: 'tail', feature: 'a' },
  ],
};

describe('the basis of ranks', () => {
  it('makes the terms of a row by their formulas', () => {
    const inputs = { ranks: Float32Array.of(0, 0, -0.4, 0.25), state: Float32Array.of(0, 0.5) };
    const target = new Float32Array(8).fill(9);
    fillBasis(BASIS, inputs, [1], target, 2, 6);
    const expected = [9, 9, 0.25, -Math.sqrt(12) * 0.1, -0.2, 0.3, -0.1 * Math.sqrt(1 / 12 / (0.016 / 3)), 9];
    expected.forEach((value, at) => expect(target[at]).to.be.closeTo(value, 1e-7));
  });

  it('gives every term the variance of a centred rank where ranks are uniform', () => {
    const size = 400;
    const ranks = Float32Array.from({ length: 2 * size * size }, (_, at) => {
      const row = Math.floor(at / 2);
      return ((at % 2 === 0 ? row % size : Math.floor(row / size)) + 0.5) / size - 0.5;
    });
    const rows = Int32Array.from({ length: size * size }, (_, row) => row);
    const target = new Float32Array(rows.length * 5);
    fillBasis(BASIS, { ranks, state: new Float32Array(rows.length).fill(1) }, rows, target);
    for (let term = 0; term < 5; term += 1) {
      let [sum, squares] = [0, 0];
      for (const row of rows) {
        sum += target[row * 5 + term] ?? NaN;
        squares += (target[row * 5 + term] ?? NaN) ** 2;
      }
      expect(sum / rows.length).to.be.closeTo(0, 1e-4);
      expect(12 * (squares / rows.length)).to.be.closeTo(1, 1e-3);
    }
  });

  it('says nothing about unknown ranks', () => {
    const target = new Float32Array(5);
    fillBasis(BASIS, { ranks: new Float32Array(2), state: Float32Array.of(NaN) }, [0], target);
    expect(Array.from(target, Math.abs)).to.deep.equal([0, 0, 0, 0, 0]);
  });

  it('names terms, and refuses one of a feature that the table does not have', () => {
    expect(BASIS.terms.map(termName)).to.deep.equal(['b', 'a × b', 'a × s', 'size of a', 'tail of a']);
    const wrong: RankBasis = { ...BASIS, terms: [{ kind: 'state', feature: 'a', by: 'b' }] };
    expect(() =>
      fillBasis(wrong, { ranks: new Float32Array(2), state: new Float32Array(1) }, [0], new Float32Array(1)),
    ).to.throw(RangeError, 'there is no rank feature b');
  });
});
