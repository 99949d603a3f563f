import { expect } from 'chai';
import fc from 'fast-check';
import { z } from 'zod';

import { decodeBars, emptySeries } from '../../../data/bars/bar-parquet.js';
import { GurukulError } from '../../../data/errors.js';
import {
  PREDICTION_COLUMNS,
  concatPredictions,
  decodePredictions,
  encodePredictions,
  takeRows,
} from '../../../data/predictions/parquet.js';
import { decodeVariants } from '../../../data/predictions/student-variants.js';
import { log } from '../../../data/math/log.js';
import type { Model, Predictions, Split } from '../../../data/predictions/prediction.js';
import { isoDate } from '../../../data/time/dates.js';
import { parquetMetadata } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';

interface Row {
  readonly symbol: string;
  readonly day: number;
  readonly model: Model;
  readonly split: Split;
  readonly probability: number;
  readonly score: number;
  readonly label: number;
  readonly forwardReturn: number;
  readonly baseRate: number;
}

const rowArbitrary: fc.Arbitrary<Row> = fc.record({
  symbol: fc.constantFrom('M&M', 'BAJAJ-AUTO', 'RELIANCE', '360ONE'),
  day: fc.integer({ min: 18_262, max: 20_000 }),
  model: fc.constantFrom<Model>('teacher', 'student', 'placebo', 'permuted'),
  split: fc.constantFrom<Split>('out_of_fold', 'validation', 'forward'),
  probability: fc.double({ min: 0, max: 1, noNaN: true }),
  score: fc.double({ min: -1, max: 1, noNaN: true }),
  label: fc.constantFrom(0, 1),
  forwardReturn: fc.double({ min: -1, max: 10, noNaN: true }),
  baseRate: fc.double({ min: 0, max: 1, noNaN: true }),
});

function fromRows(rows: readonly Row[]): Predictions {
  return {
    symbol: rows.map((row) => row.symbol),
    date: rows.map((row) => isoDate(row.day)),
    window: rows.map((row) => `${row.symbol}_2022-01-01_to_2022-06-30`),
    model: rows.map((row) => row.model),
    split: rows.map((row) => row.split),
    probability: rows.map((row) => row.probability),
    score: rows.map((row) => row.score),
    label: rows.map((row) => row.label),
    forwardReturn: rows.map((row) => row.forwardReturn),
    baseRate: rows.map((row) => row.baseRate),
  };
}

const one: Row = {
  symbol: 'M&M',
  day: 19_000,
  model: 'student',
  split: 'forward',
  probability: 0.25,
  score: 0.01,
  label: 1,
  forwardReturn: 0.03,
  baseRate: 0.3,
};

async function failure(work: Promise<unknown>): Promise<GurukulError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof GurukulError) return error;
    throw error;
  }
  throw new Error('expected an error');
}

describe('predictions.parquet', () => {
  it('comes back as it was written, and equal predictions give equal bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rowArbitrary, { maxLength: 60 }), async (rows) => {
        const bytes = encodePredictions(fromRows(rows));
        expect(await decodePredictions(bytes)).to.deep.equal(fromRows(rows));
        expect(Buffer.compare(bytes, encodePredictions(fromRows(rows)))).to.equal(0);
      }),
      { numRuns: 50 },
    );
  });

  it('has a row group for each cohort, in order', async () => {
    const rows = Array.from({ length: 100_003 }, (_, i) => ({ ...one, probability: i / 200_000 }));
    const all = fromRows(rows);
    const window = all.window.map((label, row) => (row < 3 ? 'M&M_2021-07-01_to_2021-12-28' : label));
    const bytes = encodePredictions({ ...all, window });
    const { row_groups: groups } = parquetMetadata(Uint8Array.from(bytes).buffer);
    expect(groups.map(({ num_rows: count }) => Number(count))).to.deep.equal([3, 100_000]);
    const read = await decodePredictions(bytes);
    expect(read.probability).to.deep.equal(rows.map((row) => row.probability));
    expect(read.window).to.deep.equal(window);
  });

  it('keeps the rows of a cohort together when parts of several are joined', () => {
    const later = { ...fromRows([{ ...one, day: 19_100 }, one]), window: ['M&M_B', 'M&M_A'] };
    const joined = concatPredictions([later, { ...fromRows([{ ...one, day: 19_050 }]), window: ['M&M_B'] }]);
    expect(joined.window).to.deep.equal(['M&M_A', 'M&M_B', 'M&M_B']);
    expect(joined.date).to.deep.equal([19_000, 19_050, 19_100].map(isoDate));
  });

  it('names its columns as the contract does', () => {
    const { schema } = parquetMetadata(Uint8Array.from(encodePredictions(fromRows([one]))).buffer);
    expect(schema.slice(1).map((element) => element.name)).to.deep.equal([...PREDICTION_COLUMNS]);
    expect(schema.slice(1).every((element) => element.repetition_type === 'REQUIRED')).to.equal(true);
  });

  it('says what it holds: dates as DATE, and each column described in its metadata', async () => {
    const { schema, key_value_metadata: metadata } = parquetMetadata(
      Uint8Array.from(encodePredictions(fromRows([one]))).buffer,
    );
    const date = schema.find(({ name }) => name === 'date');
    expect(date).to.deep.include({ type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } });
    const about = new Map(metadata?.map(({ key, value }) => [key, value]));
    expect(about.get('gurukul.format')).to.equal('predictions/3');
    const described = z
      .record(z.string(), z.string().min(5))
      .parse(JSON.parse(about.get('gurukul.columns') ?? ''));
    expect(Object.keys(described)).to.deep.equal(PREDICTION_COLUMNS);

    const intraday = { ...fromRows([one]), date: ['2022-01-03T09:15'] };
    const bytes = encodePredictions(intraday);
    const time = parquetMetadata(Uint8Array.from(bytes).buffer).schema.find(({ name }) => name === 'date');
    expect(time?.logical_type).to.deep.equal({ type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MILLIS' });
    expect(await decodePredictions(bytes)).to.deep.equal(intraday);
    expect(() =>
      encodePredictions({ ...fromRows([one, one]), date: ['2022-01-03', '2022-01-03T09:15'] }),
    ).to.throw(GurukulError, 'dates and times of day are mixed');
  });

  it('is read as earlier versions wrote it, with dates as texts', async () => {
    const { symbol, date, window, split, probability, label, forwardReturn, baseRate } = fromRows([one]);
    const earlier = parquetWriteBuffer({
      columnData: [
        { name: 'symbol', data: symbol, type: 'STRING', nullable: false },
        { name: 'date', data: date, type: 'STRING', nullable: false },
        { name: 'window', data: window, type: 'STRING', nullable: false },
        { name: 'split', data: split, type: 'STRING', nullable: false },
        { name: 'probability', data: probability, type: 'DOUBLE', nullable: false },
        { name: 'label', data: label, type: 'INT32', nullable: false },
        { name: 'forward_return', data: forwardReturn, type: 'DOUBLE', nullable: false },
        { name: 'base_rate', data: baseRate, type: 'DOUBLE', nullable: false },
      ],
    });
    expect(await decodePredictions(new Uint8Array(earlier), 'student')).to.deep.equal(
      fromRows([{ ...one, score: log(one.probability / (1 - one.probability)) }]),
    );
  });

  it('sorts by cohort, date, symbol, window, model and split whatever the order of the parts', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(rowArbitrary, { selector: (row) => `${row.symbol}${String(row.day)}` }),
        (rows) => {
          const half = Math.floor(rows.length / 2);
          const parts = [fromRows(rows.slice(0, half)), fromRows(rows.slice(half))];
          const joined = concatPredictions(parts);
          expect(joined).to.deep.equal(concatPredictions([...parts].reverse()));
          const keys = joined.date.map((date, row) => `${date} ${joined.symbol[row] ?? ''}`);
          expect(keys).to.deep.equal([...keys].sort());
        },
      ),
    );
  });

  it('refuses a torn file, a strange column and an impossible value, and says which', async () => {
    const bytes = encodePredictions(fromRows([one, one]));
    const torn = await failure(decodePredictions(bytes.subarray(0, bytes.length - 9)));
    expect(torn.type).to.equal('ChecksumMismatch');
    expect(torn.message).to.contain('not a whole Parquet file');

    const strange = new Uint8Array(
      parquetWriteBuffer({ columnData: [{ name: 'ticker', data: ['A'], type: 'STRING', nullable: false }] }),
    );
    const schema = await failure(decodePredictions(strange));
    expect(schema.type).to.equal('BadSchema');
    expect(schema.message).to.contain('ticker').and.contain('forward_return');

    for (const [wrong, text] of [
      [{ ...one, probability: 1.5 }, 'probability 1.5'],
      [{ ...one, probability: NaN }, 'probability NaN'],
      [{ ...one, score: Infinity }, 'score Infinity'],
      [{ ...one, label: 2 }, 'label 2'],
      [{ ...one, forwardReturn: Infinity }, 'forward_return Infinity'],
    ] as const)
      expect(() => encodePredictions(fromRows([one, wrong])))
        .to.throw(GurukulError)
        .with.property('message')
        .that.contains(text)
        .and.contains('row 1');
  });

  it('refuses a small file that claims millions of rows, before it decodes one', async () => {
    const rows = 3_000_000;
    const texts = (name: string, value: string) => ({
      name,
      data: new Array<string>(rows).fill(value),
      type: 'STRING' as const,
      encoding: 'RLE_DICTIONARY' as const,
      nullable: false,
    });
    const bomb = new Uint8Array(
      parquetWriteBuffer({
        statistics: false,
        rowGroupSize: rows,
        columnData: [texts('symbol', 'TCS')],
      }),
    );
    expect(bomb.byteLength).to.be.lessThan(10_000);
    const refused = await failure(decodePredictions(bomb));
    expect(refused.type).to.equal('ChecksumMismatch');
    expect(refused.message).to.contain(`${bomb.byteLength} bytes claim ${rows} rows`);

    const variants = await failure(decodeVariants(bomb));
    expect(variants.message).to.contain(`${bomb.byteLength} bytes claim ${rows} rows`);
    const bars = await failure(decodeBars(bomb, emptySeries('TCS', '1day', 2), 0, 2, 'TCS.parquet'));
    expect(bars.message).to.contain(`it has ${rows} rows; expected 2`);
  });

  it('refuses a file with many columns, before it decodes one', async () => {
    const columnData = Array.from({ length: 1_000 }, (_, i) => ({
      name: `c${i}`,
      data: ['TCS'],
      type: 'STRING' as const,
      nullable: false,
    }));
    const refused = await failure(decodePredictions(new Uint8Array(parquetWriteBuffer({ columnData }))));
    expect(refused.type).to.equal('ChecksumMismatch');
    expect(refused.message).to.contain('it has 1000 columns; at most 16 are read');
  });

  it('takes rows by index and refuses one that is not there', () => {
    const rows = [one, { ...one, symbol: 'RELIANCE' }];
    expect(takeRows(fromRows(rows), [1]).symbol).to.deep.equal(['RELIANCE']);
    expect(() => takeRows(fromRows(rows), [2])).to.throw(RangeError, 'no row 2');
  });
});
