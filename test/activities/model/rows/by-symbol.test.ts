import { expect } from 'chai';
import fc from 'fast-check';

import { eachSymbol, gatherRows } from '../../../../activities/model/rows/by-symbol.js';

describe('rows by symbol', () => {
  const rowsOf = fc.array(fc.record({ symbol: fc.nat({ max: 4 }), row: fc.nat({ max: 6 }) }));
  const columns = (rows: readonly { symbol: number; row: number }[]) => ({
    symbol: Int32Array.from(rows, ({ symbol }) => symbol),
    row: Int32Array.from(rows, ({ row }) => row),
  });

  it('are visited once, symbol after symbol, those of a symbol in their order', () => {
    fc.assert(
      fc.property(rowsOf, (rows) => {
        const { symbol } = columns(rows);
        const visited: [number, number[]][] = [];
        eachSymbol(symbol, [0, 1, 2, 3, 4], (own, places, index) => {
          expect(index).to.equal(own);
          visited.push([own, [...places]]);
        });
        const expected = [0, 1, 2, 3, 4].map((own): [number, number[]] => [
          own,
          [...rows.keys()].filter((at) => rows[at]?.symbol === own),
        ]);
        expect(visited).to.deep.equal(expected.filter(([, places]) => places.length > 0));
      }),
    );
  });

  it('are gathered to the values that each row has in its own matrix', () => {
    fc.assert(
      fc.property(rowsOf, fc.integer({ min: 1, max: 3 }), (rows, width) => {
        const symbols = Array.from({ length: 5 }, (_, own) =>
          Float32Array.from({ length: 7 * width }, (__, cell) => 100 * own + cell),
        );
        const into = new Float32Array(rows.length * width);
        gatherRows(columns(rows), symbols, (own) => own, into, width);
        const expected = rows.flatMap(({ symbol, row }) => [
          ...(symbols[symbol]?.subarray(row * width, (row + 1) * width) ?? []),
        ]);
        expect([...into]).to.deep.equal(expected);
      }),
    );
  });
});
