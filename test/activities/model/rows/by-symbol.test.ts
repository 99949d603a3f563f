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
        const visited: [number, number[], number[]][] = [];
        const symbols = [0, 1, 2, 3, 4].map((id) => ({ id, start: 0 }));
        eachSymbol(columns(rows), symbols, ({ own, rows: some, places }) =>
          visited.push([own.id, [...places], [...some]]),
        );
        const expected = symbols.map(({ id }): [number, number[], number[]] => {
          const places = [...rows.keys()].filter((at) => rows[at]?.symbol === id);
          return [id, places, places.map((at) => rows[at]?.row ?? -1)];
        });
        expect(visited).to.deep.equal(expected.filter(([, places]) => places.length > 0));
      }),
    );
  });

  it('are read from the part of a table that they are in, where a table has parts', () => {
    interface Part {
      readonly values: Float32Array;
      readonly between?: (first: number, until: number) => Part;
    }
    fc.assert(
      fc.property(rowsOf, (rows) => {
        const asked: number[] = [];
        const symbols = Array.from({ length: 5 }, (_, own): Part => {
          const values = Float32Array.from({ length: 7 }, (__, row) => 10 * own + row);
          const between = (first: number, until: number): Part => {
            asked.push(until - first);
            return { values: values.subarray(first, until) };
          };
          return { values, between };
        });
        const into = gatherRows<Part, Float32Array>(
          columns(rows),
          symbols,
          ({ values }) => values,
          new Float32Array(rows.length),
        );
        expect([...into]).to.deep.equal(rows.map(({ symbol, row }) => 10 * symbol + row));
        const spans = symbols.flatMap((_, own) => {
          const some = rows.filter(({ symbol }) => symbol === own).map(({ row }) => row);
          return some.length === 0 ? [] : [Math.max(...some) - Math.min(...some) + 1];
        });
        expect(asked).to.deep.equal(spans);
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
