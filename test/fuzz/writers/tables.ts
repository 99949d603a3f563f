import type { SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';

import type { Row } from '../bar.js';
import { chance, dayOf, isoDay, oneOf, shuffled } from '../bar.js';
import type { DrawFormat } from './format.js';
import { DATES, DEFAULTS, clock, plain, rounded, single, table, utc } from './format.js';

type OfRow = (row: Row) => string;

const ZONED: OfRow = ({ time }) => `${isoDay(dayOf(time))}T${clock(time)}:00+05:30`;

/** This program's own form: any order and case of columns. */
export const plainTable: DrawFormat = (random, kind) => {
  const number = plain(oneOf(random, ['', 'NaN', 'null']));
  const title = oneOf<(name: string) => string>(random, [
    (name) => name,
    (name) => name.toUpperCase(),
    (name) => ` ${name} `,
  ]);
  const withSymbol = chance(random, 0.3);
  const suffix = oneOf(random, ['', '.NS']);
  const time: OfRow = kind === '1day' && chance(random, 0.6) ? ({ time }) => isoDay(dayOf(time)) : ZONED;
  const columns = shuffled<readonly [string, OfRow]>(random, [
    [oneOf(random, ['timestamp', 'date', 'datetime']), time],
    ['open', ({ open }) => number(open)],
    ['high', ({ high }) => number(high)],
    ['low', ({ low }) => number(low)],
    ['close', ({ close }) => number(close)],
    ['volume', ({ volume }) => number(volume)],
    ...(withSymbol
      ? [[oneOf(random, ['symbol', 'ticker']), ({ name }: Row) => `${name}${suffix}`] as const]
      : []),
  ]);
  return {
    ...DEFAULTS,
    name: 'plain',
    kinds: ['1day', '5minute', '1minute'],
    many: withSymbol ? 'rows' : 'no',
    carry: oneOf(random, [rounded(2), rounded(4), single]),
    blanks: true,
    write: (rows) =>
      table([
        columns.map(([name]) => title(name)),
        ...rows.map((row) => columns.map(([, cell]) => cell(row))),
      ]),
  };
};

/** Tables that people make: other names, dates, delimiters, decimal commas, an index, scientific numbers. */
export const generic: DrawFormat = (random, kind) => {
  const delimiter = oneOf(random, ['\t', ';', '|', ',']);
  const comma = delimiter !== ',' && chance(random, 0.5);
  const scientific = chance(random, 0.15);
  const date = oneOf(random, [
    DATES.iso,
    DATES.named,
    DATES.compact,
    DATES.dmy('-'),
    DATES.dmy('/'),
    DATES.dmy('.'),
    DATES.mdy('/'),
    ...(kind === '1day' ? [DATES.serial] : []),
  ]);
  const openDates = ![DATES.iso, DATES.named, DATES.compact, DATES.serial].some((known) => known === date);
  const number = (value: number | null): string => {
    const text = value === null ? '' : scientific ? value.toExponential() : String(value);
    return comma ? text.replace('.', ',') : text;
  };
  const indexed = chance(random, 0.3);
  const trailing = chance(random, 0.2);
  const apart = kind !== '1day' && chance(random, 0.5);
  const timeCells: (row: Row) => string[] =
    kind === '1day'
      ? ({ time }) => [date(dayOf(time))]
      : apart
        ? ({ time }) => [date(dayOf(time)), clock(time)]
        : ({ time }) => [`${date(dayOf(time))} ${clock(time)}`];
  const header = [
    ...(indexed ? [''] : []),
    ...(apart ? ['Date', 'Time'] : [oneOf(random, ['Date', 'Trade Date', 'Date and Time'])]),
    ...[
      oneOf(random, ['Open', 'Open Price', 'o']),
      oneOf(random, ['High', 'High Price']),
      'Low Price',
      'Close Price',
    ],
    ...['Last', oneOf(random, ['Vol', 'Quantity', 'Traded Qty'])],
  ];
  return {
    ...DEFAULTS,
    name: 'generic',
    kinds: ['1day', '5minute', '1minute'],
    carry: rounded(oneOf(random, [2, 3])),
    leavesOpen: [...(openDates ? ['ambiguous_dates'] : []), ...(comma ? ['ambiguous_numbers'] : [])],
    write: (rows) =>
      table(
        [
          header,
          ...rows.map((row, index) => [
            ...(indexed ? [String(index)] : []),
            ...timeCells(row),
            ...[row.open, row.high, row.low, row.close, row.low, row.volume].map(number),
            ...(trailing ? [''] : []),
          ]),
        ],
        { delimiter },
      ),
    fileName: (symbol = 'all') => `${symbol}${oneOf(random, ['.csv', '.txt', '.tsv', '.CSV'])}`,
  };
};

/** A data frame as Parquet, with times as text, of Greenwich, or of no zone. */
export const parquet: DrawFormat = (random, kind) => {
  const zone = oneOf(random, ['text', 'utc', 'none'] as const);
  const codec = oneOf(random, ['UNCOMPRESSED', 'SNAPPY'] as const);
  const values = ['open', 'high', 'low', 'close', 'volume'] as const;
  const timestamp: SchemaElement =
    zone === 'text'
      ? { name: 'timestamp', type: 'BYTE_ARRAY', converted_type: 'UTF8' }
      : {
          ...{ name: 'timestamp', type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
          logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: zone === 'utc', unit: 'MILLIS' },
        };
  const schema: SchemaElement[] = [
    { name: 'root', num_children: 1 + values.length },
    ...[timestamp, ...values.map((name): SchemaElement => ({ name, type: 'DOUBLE' }))].map((column) => ({
      ...column,
      repetition_type: 'REQUIRED' as const,
    })),
  ];
  const time = (row: Row): string | Date =>
    zone === 'text'
      ? ZONED(row)
      : new Date((zone === 'utc' && kind !== '1day' ? utc(row.time) : row.time) * 60_000);
  return {
    ...DEFAULTS,
    name: 'plain',
    kinds: ['1day', '5minute', '1minute'],
    carry: single,
    header: false,
    write: (rows) => {
      const columnData = [
        { name: 'timestamp', data: rows.map(time) },
        ...values.map((name) => ({ name, data: rows.map((row) => row[name] ?? NaN) })),
      ];
      return new Uint8Array(parquetWriteBuffer({ columnData, schema, codec }));
    },
    fileName: (symbol = 'all') => `${symbol}.parquet`,
  };
};
