import { expect } from 'chai';
import fc from 'fast-check';

import { csvText } from '../../../data/text/csv-text.js';
import { csvLines } from '../../../data/text/csv-table.js';

describe('a table as CSV text', () => {
  it('keeps numbers, quotes what needs it and leaves unknown cells empty', () => {
    expect(
      csvText(
        ['name', 'value'],
        [
          ['a,b', -0.5],
          ['say "x"', null],
          ['line\nbreak', 1e-7],
        ],
      ),
    ).to.equal('name,value\n"a,b",-0.5\n"say ""x""",\n"line\nbreak",1e-7\n');
  });

  it('makes no text a formula', () => {
    for (const text of [' -1', '=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=cmd|"/C calc"!A0'])
      expect(csvText(['x'], [[text]]).split('\n')[1]).to.match(/^"?'/);
  });

  it('never starts a cell of text with the sign of a formula', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 4 }), (row) => {
        const [, ...lines] = csvLines(
          csvText(
            row.map((_, at) => `column ${at}`),
            [row],
          ),
        );
        for (const { cells } of lines) for (const cell of cells) expect(cell).to.not.match(/^[=+@-]/);
      }),
    );
  });
});
