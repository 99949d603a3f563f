import { expect } from 'chai';
import fc from 'fast-check';

import { findDecimalComma, readAnyNumber, readPlainNumber } from '../../../../data/formats/engine/numbers.js';

const POINT = { decimalComma: false };
const COMMA = { decimalComma: true };

describe('the number in a cell of a bar file', () => {
  it('equals what JavaScript reads, to the last bit, in any notation', () => {
    const texts = fc.oneof(
      fc.double({ min: 0, max: 1e5, noNaN: true }).map(String),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.tuple(fc.nat(9_999_999), fc.nat(12)).map(([n, places]) => (n / 7).toFixed(places)),
      fc.stringMatching(/^\d{1,25}(\.\d{0,25})?$/),
    );
    fc.assert(
      fc.property(texts, fc.constantFrom('', ' ', '  '), (text, space) => {
        expect(readAnyNumber(space + text + space, POINT)).to.equal(Number(text));
        expect(readAnyNumber(text.replace('.', ','), COMMA)).to.equal(Number(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('may have thousands marks, a currency sign and a letter for thousands', () => {
    const cases: readonly (readonly [string, number])[] = [
      ['1,275.00', 1275],
      ['6,028,134,622.40', 6028134622.4],
      ['12,34,567', 1234567],
      ['₹ 1,275.50', 1275.5],
      ['2.31M', 2310000],
      ['812.5K', 812500],
      ['1.2B', 1200000000],
      ['1,234.5K', 1234500],
      ['78.4L', 7840000],
      ['0.78 Cr', 7800000],
      ['5.758493E+06', 5758493],
      ['+10', 10],
    ];
    for (const [text, value] of cases) expect(readAnyNumber(text, POINT), text).to.equal(value);
    expect(readAnyNumber('1.275,50', COMMA)).to.equal(1275.5);
    expect(readAnyNumber('1 234 567', POINT)).to.equal(1234567);
    expect(readAnyNumber('1\u202f275,50', COMMA)).to.equal(1275.5);
    for (const text of ['1 23', '12 345 67', '1 234 x', '1234 567'])
      expect(readAnyNumber(text, POINT), text).to.equal(undefined);
    expect(readAnyNumber('2.934.275,50', COMMA)).to.equal(2934275.5);
  });

  it('is missing, or none at all', () => {
    for (const text of ['', ' ', '-', 'NaN', 'nan', 'null', 'None', 'N/A', '#N/A'])
      expect(readAnyNumber(text, POINT), text).to.equal(null);
    for (const text of [
      '12,5',
      '1,2,3',
      '1,23.5',
      '12,3456',
      '1.2.3',
      '0x10',
      '1e',
      'x',
      '12abc',
      '1 2',
      '2.3T',
      '1,000,00',
    ])
      expect(readAnyNumber(text, POINT), text).to.equal(undefined);
    expect(readPlainNumber('1,23,4', POINT)).to.be.NaN;
  });

  it('has a decimal comma if the cells of the file say so; 1,234 alone does not', () => {
    expect(findDecimalComma(['2934,3', '2940,5', '5758493'])).to.equal(true);
    expect(findDecimalComma(['1.275,50'])).to.equal(true);
    expect(findDecimalComma(['1,275.50'])).to.equal(false);
    expect(findDecimalComma(['1,234,567'])).to.equal(false);
    expect(findDecimalComma(['1,234', '999.5'])).to.equal(false);
    expect(findDecimalComma(['2934.3'])).to.equal(false);
    expect(findDecimalComma(['1,234', '2,345'])).to.equal(undefined);
  });
});
