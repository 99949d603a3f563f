import { symbolKey } from '../../formats/engine/symbol-key.js';

/** Names of files that may hold bars. */
const BAR_FILE = /\.(?:csv|txt|tsv|parquet|pq)(?:\.(?:gz|zip))?$|\.(?:gz|zip|xlsx?|ods)$/i;
const EXTENSIONS = /\.(?:csv|txt|tsv|parquet|pq|gz|zip|xlsx?|ods)$/i;

/** What is before a symbol in the names that tools give to files. */
const PREFIXES = [
  /^(?:NSE|NSEI)[ :_-]+(?:DLY[ :_-]+)?/i,
  /^EQ[ :_-]+/i,
  /^Quote-Equity-/i,
  /^\d{2}-\d{2}-\d{4}-TO-\d{2}-\d{2}-\d{4}[-_ ]?/i,
];
/** What is after it. */
const SUFFIXES = [
  /[-_. ]+(?:NS|NSE)$/i,
  /[-_ ]+(?:EQ|BE|BZ)$/i,
  /[-_]?(?:ALL|EQ|BE|BZ)[-_]?N$/,
  / \(\d+\)$/,
  / - copy$/i,
  /[-_ ]+(?:historical|history|hist|stock|share|price|prices|ohlcv?|candles?|candlesticks?|data)$/i,
  /[-_ ]+(?:from[-_ ]+)?\d{2,4}[-_]\d{2}[-_]\d{2,4}(?:[-_ ]*(?:to)?[-_ ]*\d{2,4}[-_]\d{2}[-_]\d{2,4})?$/i,
  /[-_ ]+\d{8}(?:[-_]\d{8})?$/,
  // The range that a tool was asked for: 2023, 2023-24, 5y, max.
  /[-_ ]+(?:19|20)\d{2}(?:[-_](?:(?:19|20)\d{2}|\d{2}))?$/,
  /[-_ ]+(?:\d{1,2}y|max)$/i,
  // TradingView's mark of a chart: `NSE_SBIN, 1D_ab12c`.
  /(?<=, ?(?:\d{0,3}[DWM]?|\d{1,3}))_[0-9a-f]{5}$/,
];
const INTERVALS: readonly (readonly [RegExp, NamedInterval])[] = [
  [/,? *[-_ ]+(?:1?D|1?DAY|DAILY)$/i, '1day'],
  [/,? *[-_ ]5(?:M|MIN|MINUTES?)?$/i, '5minute'],
  [/,? *[-_ ]+(?:1|1M|1MIN|1?MINUTE)$/i, '5minute'],
  [/,? *[-_ ]+(?:[23]|10|15|30|45|60|75|120|180|240)(?:M|MIN|MINUTES?)?$/i, 'other'],
  [/,? *[-_ ]+(?:1?W|WEEKLY|1?WEEK|MONTHLY|1?MONTH|\d+H)$/i, 'other'],
];

/** The interval that a file's name tells: one that bars are read in, or another. */
export type NamedInterval = '1day' | '5minute' | 'other';

/** What a file's name may mean. */
export interface NameReading {
  /** Key of the symbol, see `symbolKey`. */
  readonly key: string;
  /** Absent: the name does not tell. */
  readonly interval?: NamedInterval;
}

/** Whether a file may hold bars, by its name. */
export function isBarFile(name: string): boolean {
  return BAR_FILE.test(name) && !name.startsWith('.');
}

/** The interval of the bars in a folder of this name (`daily`, `5minute`), if it tells one. */
export function intervalOfFolder(name: string): NamedInterval | undefined {
  if (!/[a-z]/i.test(name)) return undefined;
  return INTERVALS.find(([part]) => part.test(`_${name}`))?.[1];
}

/** A file's name without its extensions. */
export function stemOf(name: string): string {
  let stem = name;
  while (EXTENSIONS.test(stem)) stem = stem.replace(EXTENSIONS, '');
  return stem.replaceAll('%26', '&').trim();
}

/**
 * What a file's name may mean, the reading that leaves the least out first: `NSE_SBIN, 1D.csv` may be of the symbol
 * NSE_SBIN__1D, SBIN__1D, or SBIN with daily bars.
 */
export function readingsOf(name: string): readonly NameReading[] {
  const readings: NameReading[] = [];
  const add = (stem: string, interval: NamedInterval | undefined): void => {
    const key = symbolKey(stem);
    if (key === '' || readings.some((one) => one.key === key && one.interval === interval)) return;
    readings.push({ key, ...(interval === undefined ? {} : { interval }) });
  };
  let stem = stemOf(name);
  let interval: NamedInterval | undefined;
  add(stem, interval);
  for (let changed = true; changed;) {
    changed = false;
    for (const part of [...PREFIXES, ...SUFFIXES]) {
      const rest = stem.replace(part, '');
      if (rest === stem || rest === '') continue;
      stem = rest;
      changed = true;
      add(stem, interval);
    }
    for (const [part, named] of interval === undefined ? INTERVALS : []) {
      const rest = stem.replace(part, '');
      if (rest === stem || rest === '') continue;
      stem = rest;
      interval = named;
      changed = true;
      add(stem, interval);
      break;
    }
  }
  return readings;
}
