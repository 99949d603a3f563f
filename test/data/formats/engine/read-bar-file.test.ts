import { gzipSync } from 'node:zlib';

import { expect } from 'chai';
import { zipSync } from 'fflate';

import { unpack } from '../../../../data/formats/engine/unpack.js';
import { readFile, readSummary } from '../../../support/read-bars.js';

const TEXT = 'date,open,high,low,close,volume\n2023-01-02,10,11,9,10.5,100\n2023-01-03,20,22,19,21,200\n';
const EXPECTED = ['plain', 2, '2023-01-02 10 11 9 10.5 100', '2023-01-03 20 22 19 21 200'];

describe('a bar file', () => {
  const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
  const withMark = (text: string): Buffer => Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(text)]);
  const decimalComma = TEXT.replaceAll(',', ';').replaceAll('.', ',');
  const contents: readonly (readonly [string, string | Uint8Array])[] = [
    ['UTF-8 with a byte-order mark and CRLF', `\uFEFF${TEXT.replaceAll('\n', '\r\n')}`],
    ['CR alone', TEXT.replaceAll('\n', '\r')],
    ['mixed line ends', TEXT.replace('\n', '\r\n').replace('100\n', '100\r')],
    ['no line end at the end', TEXT.trimEnd()],
    ['UTF-16 with a mark', withMark(TEXT)],
    ['UTF-16 without a mark', utf16(TEXT)],
    ['UTF-16 of the other order', withMark(TEXT).swap16()],
    ['Windows-1252', Buffer.concat([Buffer.from('Preis in € – Bars\n', 'latin1'), Buffer.from(TEXT)])],
    ['tabs', TEXT.replaceAll(',', '\t')],
    ['semicolons and decimal commas', decimalComma],
    ['quotes everywhere', TEXT.replace(/[^,\n]+/g, '"$&"')],
    ['a comma at the end of each row', TEXT.replaceAll('\n', ',\n')],
    ['gzip', gzipSync(TEXT)],
    ['gzip of two parts', Buffer.concat([gzipSync(TEXT.slice(0, 50)), gzipSync(TEXT.slice(50))])],
    ['ZIP', zipSync({ 'test.csv': Buffer.from(TEXT), '__MACOSX/._test.csv': Buffer.from('x') })],
    ['ZIP, stored', zipSync({ 'test.csv': [Buffer.from(TEXT), { level: 0 }] })],
  ];
  for (const [what, content] of contents)
    it(`may have ${what}`, async () => expect(await readSummary(content)).to.deep.equal(EXPECTED));

  it('that is no table says what it is and what to do', async () => {
    const message = async (content: string | Uint8Array): Promise<string> =>
      (await readFile(content)).troubles.map((one) => one.message).join();
    expect(await message('')).to.match(/^f\.csv: is empty/);
    expect(await message('<!DOCTYPE html><html>')).to.equal(
      'f.csv: is a web page, not a table. Did the download fail, or need a login?',
    );
    expect(await message('{"bars":[]}')).to.match(/is JSON, which is not read/);
    expect(await message(zipSync({ '[Content_Types].xml': Buffer.from('<x/>') }))).to.match(
      /is an Excel workbook, which is not read\. Save its sheet as CSV/,
    );
    expect(await message(gzipSync(TEXT).subarray(0, 30))).to.match(
      /cannot be decompressed .* Is the download complete\?/,
    );
    expect(await message('PAR1xxxxPAR1')).to.match(/is not a complete Parquet file/);
    expect(await message('date,open,high,low,close,volume\n2023-01-02,10,11,9,10,1\0\n')).to.match(
      /is not a text file/,
    );
    expect(await message('date;open;high;low;close;volume\n2023-01-02;1,234;1,234;1,234;1,234;5\n')).to.match(
      /numbers such as 1,234 may have a decimal comma or a thousands comma/,
    );
  });

  it('is decompressed up to a limit, whatever it says of its size', () => {
    const zeros = Buffer.alloc(3_000_000);
    for (const packed of [gzipSync(zeros), zipSync({ 'a.csv': zeros })]) {
      expect(packed.length).to.be.below(20_000);
      expect(unpack('a', packed, 1_000_000)).to.deep.equal({
        problem: 'has more than 1 MB of text. Split it by symbol or by year',
      });
    }
    const two = zipSync({ 'a.csv': zeros.subarray(0, 600_000), 'b.csv': zeros.subarray(0, 600_000) });
    expect(unpack('a', two, 1_000_000)).to.have.property('problem');
  });

  it('has one format only if the user names it', async () => {
    expect(await readSummary(TEXT, { format: 'bhavcopy' })).to.deep.equal([
      'bad_header f.csv:1 cannot be read as the format bhavcopy; found date,open,high,low,close,volume',
    ]);
    expect((await readSummary(TEXT, { format: 'generic' }))[0]).to.equal('generic');
  });
});
