import { expect } from 'chai';
import fc from 'fast-check';

import { ColumnCache } from '../../../../activities/market/stored/column-cache.js';

describe('columns that are read when they are asked for', () => {
  it('are read again only when others took their place, and never take more than allowed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 20 }),
        fc.array(fc.nat({ max: 7 }), { maxLength: 60 }),
        (sizes, mostBytes, asked) => {
          const cache = new ColumnCache(mostBytes);
          const reads: number[] = [];
          const columns = sizes.map((size, column) =>
            cache.column(() => {
              reads.push(column);
              return new Uint8Array(size).fill(column);
            }),
          );
          /** What is kept, from the first read. */
          let kept: number[] = [];
          for (const at of asked) {
            const column = at % sizes.length;
            const before = reads.length;
            const values = columns[column]?.();
            expect(values).to.deep.equal(new Uint8Array(sizes[column] ?? 0).fill(column));
            expect(reads.length - before).to.equal(kept.includes(column) ? 0 : 1);
            if (!kept.includes(column)) kept.push(column);
            const bytes = (): number => kept.reduce((sum, own) => sum + (sizes[own] ?? 0), 0);
            while (bytes() > mostBytes && kept.length > 1) kept = kept.slice(1);
          }
        },
      ),
    );
  });
});
