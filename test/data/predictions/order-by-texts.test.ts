import { expect } from 'chai';
import fc from 'fast-check';

import { orderByRanks, rankTexts } from '../../../data/predictions/order-by-texts.js';

describe('rows in the order of their texts', () => {
  it('are compared column by column, and equal rows stay as they are', () => {
    const text = fc.constantFrom('', 'A', 'AB', 'a', 'é', '2022-01-03', '2022-01-04');
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text, text), { maxLength: 60 }), (rows) => {
        const columns = [0, 1, 2].map((column) => rows.map((row) => row[column] ?? ''));
        const expected = [...rows.keys()].sort((a, b) => {
          for (const column of columns) {
            const [left = '', right = ''] = [column[a], column[b]];
            if (left !== right) return left < right ? -1 : 1;
          }
          return a - b;
        });
        expect([...orderByRanks(columns.map(rankTexts), rows.length)]).to.deep.equal(expected);
      }),
    );
  });
});
