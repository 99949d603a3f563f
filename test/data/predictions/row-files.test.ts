import { expect } from 'chai';
import fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';

import { GurukulError } from '../../../data/errors.js';
import type { ExposureRows } from '../../../data/predictions/exposures.js';
import { EXPOSURE_COLUMNS, decodeExposures, encodeExposures } from '../../../data/predictions/exposures.js';
import type { FactorRows } from '../../../data/predictions/factors.js';
import { decodeFactors, encodeFactors } from '../../../data/predictions/factors.js';
import type { OutcomeRows } from '../../../data/predictions/outcomes.js';
import { OUTCOME_COLUMNS, decodeOutcomes, encodeOutcomes } from '../../../data/predictions/outcomes.js';
import { keysOf } from '../../../data/predictions/row-keys.js';
import { randomStream } from '../../../data/random.js';
import { isoDate } from '../../../data/time/dates.js';

interface Row {
  readonly symbol: string;
  readonly day: number;
  readonly values: readonly number[];
  readonly sector: string | null;
}

const known = fc.double({ min: 0.001, max: 10, noNaN: true });
const rowsArbitrary = fc.uniqueArray(
  fc.record<Row>({
    symbol: fc.constantFrom('M&M', 'BAJAJ-AUTO', 'RELIANCE', '360ONE'),
    day: fc.integer({ min: 19_000, max: 19_020 }),
    values: fc.tuple(
      ...Array.from({ length: 5 }, () => fc.oneof({ weight: 3, arbitrary: known }, fc.constant(NaN))),
    ),
    sector: fc.constantFrom('Energy', 'Auto', null),
  }),
  { selector: ({ symbol, day }) => `${day} ${symbol}`, maxLength: 40 },
);

function sorted(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => a.day - b.day || (a.symbol < b.symbol ? -1 : 1));
}

function keys(rows: readonly Row[]) {
  return { symbol: rows.map(({ symbol }) => symbol), date: rows.map(({ day }) => isoDate(day)) };
}

const column = (rows: readonly Row[], at: number): number[] => rows.map(({ values }) => values[at] ?? NaN);

function outcomes(rows: readonly Row[]): OutcomeRows {
  return {
    ...keys(rows),
    entryDate: rows.map(({ day }) => isoDate(day + 1)),
    entryPrice: rows.map(({ day }) => day / 7),
    returns: [0, 1, 2, 3].map((at) => column(rows, at)),
  };
}

function exposures(rows: readonly Row[]): ExposureRows {
  return {
    ...keys(rows),
    volatility: column(rows, 0),
    beta: column(rows, 1),
    tradedValue: column(rows, 2),
    sector: rows.map(({ sector }) => sector),
  };
}

function factors(rows: readonly Row[]): FactorRows {
  return { ...keys(rows), names: ['reversal1', 'momentum'], values: [column(rows, 0), column(rows, 1)] };
}

const rows = sorted(
  [0, 1, 2, 3, 4].flatMap((i): Row[] =>
    ['INFY', 'TCS'].map((symbol) => ({
      symbol,
      day: 19_000 + i,
      values: [0.01, NaN, i, 0.5, 1],
      sector: i === 2 ? null : 'IT',
    })),
  ),
);

function names(bytes: Uint8Array): string[] {
  return parquetMetadata(Uint8Array.from(bytes).buffer)
    .schema.slice(1)
    .map(({ name }) => name);
}

describe('the files beside the predictions', () => {
  it('come back as they were written, and equal rows give equal bytes', async () => {
    await fc.assert(
      fc.asyncProperty(rowsArbitrary, async (drawn) => {
        const of = sorted(drawn);
        expect(await decodeOutcomes(encodeOutcomes(outcomes(of)))).to.deep.equal(outcomes(of));
        expect(await decodeExposures(encodeExposures(exposures(of)))).to.deep.equal(exposures(of));
        expect(await decodeFactors(encodeFactors(factors(of)))).to.deep.equal(factors(of));
        expect(Buffer.compare(encodeOutcomes(outcomes(of)), encodeOutcomes(outcomes(of)))).to.equal(0);
      }),
      { numRuns: 50 },
    );
  });

  it('have the columns of the contract, and null where a value is unknown', () => {
    expect(names(encodeOutcomes(outcomes(rows)))).to.deep.equal(OUTCOME_COLUMNS);
    expect(OUTCOME_COLUMNS.slice(2).join()).to.equal(
      'entry_date,entry_price,return_1,return_5,return_10,return_20',
    );
    expect(names(encodeExposures(exposures(rows)))).to.deep.equal(EXPOSURE_COLUMNS);
    expect(names(encodeFactors(factors(rows)))).to.deep.equal(['symbol', 'date', 'reversal1', 'momentum']);
    const { schema } = parquetMetadata(Uint8Array.from(encodeOutcomes(outcomes(rows))).buffer);
    const optional = schema.filter(({ repetition_type: type }) => type === 'OPTIONAL');
    expect(optional.map(({ name }) => name).join()).to.equal('return_1,return_5,return_10,return_20');
  });

  it('have one row for each symbol and date of the predictions', () => {
    const predicted = { symbol: ['TCS', 'INFY', 'TCS'], date: ['2022-01-04', '2022-01-04', '2022-01-03'] };
    expect(keysOf([predicted, { symbol: ['TCS'], date: ['2022-01-04'] }])).to.deep.equal({
      symbol: ['TCS', 'INFY', 'TCS'],
      date: ['2022-01-03', '2022-01-04', '2022-01-04'],
    });
  });

  const set = <T>(values: readonly T[], row: number, value: T): T[] =>
    values.map((old, at) => (at === row ? value : old));
  const good = { outcomes: outcomes(rows), exposures: exposures(rows), factors: factors(rows) };
  const impossible: readonly (readonly [what: string, write: () => Uint8Array])[] = [
    [
      'entry_price 0',
      () => encodeOutcomes({ ...good.outcomes, entryPrice: set(good.outcomes.entryPrice, 1, 0) }),
    ],
    [
      'entry_date 2021-12-31 is before its date',
      () => encodeOutcomes({ ...good.outcomes, entryDate: set(good.outcomes.entryDate, 1, '2021-12-31') }),
    ],
    [
      'return_5 -1 is no return',
      () =>
        encodeOutcomes({
          ...good.outcomes,
          returns: good.outcomes.returns.map((of, at) => (at === 1 ? set(of, 1, -1) : of)),
        }),
    ],
    [
      'volatility -1',
      () => encodeExposures({ ...good.exposures, volatility: set(good.exposures.volatility, 1, -1) }),
    ],
    [
      'beta Infinity',
      () => encodeExposures({ ...good.exposures, beta: set(good.exposures.beta, 1, Infinity) }),
    ],
    [
      'sector is empty',
      () => encodeExposures({ ...good.exposures, sector: set(good.exposures.sector, 1, '') }),
    ],
    [
      'momentum -Infinity',
      () =>
        encodeFactors({
          ...good.factors,
          values: good.factors.values.map((of, at) => (at === 1 ? set(of, 1, -Infinity) : of)),
        }),
    ],
    ['each once', () => encodeFactors({ ...good.factors, symbol: set(good.factors.symbol, 1, 'INFY') })],
    ['each once', () => encodeFactors({ ...good.factors, date: set(good.factors.date, 1, '2021-12-31') })],
  ];
  for (const [what, write] of impossible)
    it(`are refused with the row: ${what}`, () => {
      expect(write).to.throw(GurukulError, what).with.property('message').that.contains('row 1 ');
    });

  it('are refused with a column too few, or a factor without a name of its own', async () => {
    expect(() => encodeOutcomes({ ...good.outcomes, returns: good.outcomes.returns.slice(1) })).to.throw(
      GurukulError,
      'column return_20 does not have 10 rows',
    );
    for (const twice of [
      ['a', 'a'],
      ['a', ''],
      ['symbol', 'a b'],
    ])
      expect(() => encodeFactors({ ...good.factors, names: twice })).to.throw(
        GurukulError,
        'name of its own',
      );
    const other = await refusal(() => decodeExposures(encodeOutcomes(good.outcomes)));
    expect(other).to.contain('is optional or nested');
    const less = await refusal(() =>
      decodeOutcomes(encodeFactors({ ...good.factors, names: ['return_1', 'return_5'] })),
    );
    expect(less).to.contain('outcomes have the columns symbol, date, return_1, return_5; expected symbol');
  });

  it('are refused, or hold no more than an honest file of their size, whatever bytes are damaged', async () => {
    const random = randomStream([1, 'damage']);
    let refused = 0;
    for (const [bytes, decode] of [
      [encodeOutcomes(good.outcomes), decodeOutcomes],
      [encodeExposures(good.exposures), decodeExposures],
      [encodeFactors(good.factors), decodeFactors],
    ] as const)
      for (let i = 0; i < 300; i += 1) {
        const damaged = Uint8Array.from(bytes);
        for (let left = random.integer(1, 4); left > 0; left -= 1)
          damaged[random.integer(0, damaged.length - 1)] = random.integer(0, 255);
        try {
          const { symbol } = await decode(damaged);
          expect(symbol.length).to.be.at.most(100_000 + 4 * damaged.length);
        } catch (error) {
          expect(error).to.be.instanceOf(GurukulError);
          refused += 1;
        }
      }
    expect(refused).to.be.greaterThan(450);
  });
});

async function refusal(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof GurukulError) return error.message;
    throw error;
  }
  return '';
}
