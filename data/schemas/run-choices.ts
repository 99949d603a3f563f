/**
 * The choices and defaults of a run's input: plain values without the schema that checks them, so that help
 * texts, paths and workflows can use them without the schema library.
 */

/** Letters, digits and `. _ -`, starting with a letter or digit: a valid file name on every system. */
export const RUN_ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;
/** NSE symbols: capital letters, digits, `&` and `-` (M&M, BAJAJ-AUTO). */
export const SYMBOL_PATTERN = /^[A-Z0-9][A-Z0-9&-]{0,19}$/;

/** Symbols of a run and members of a universe, at most: the NSE lists fewer than 3,000 equities. */
export const MAX_SYMBOLS = 10_000;

export const INTERVALS = ['1day', '5minute'] as const;
export type Interval = (typeof INTERVALS)[number];

export const SOURCES = ['synthetic', 'csv', 'breeze', 'yahoo'] as const;
export type SourceName = (typeof SOURCES)[number];

/** Whose finished units a run may reuse: those of every run in its home (`all`), or only its own (`own`). */
export const REUSES = ['all', 'own'] as const;

/**
 * Corporate actions. `auto`: each is applied where the bars show it; `splits`: bars are as traded, all are applied;
 * `none`: bars are adjusted already.
 */
export const ADJUSTMENTS = ['auto', 'splits', 'none'] as const;

/** Who takes part: the members of the index at each date, or today's. */
export const MEMBERSHIPS = ['point-in-time', 'today'] as const;
export type Membership = (typeof MEMBERSHIPS)[number];

/**
 * Where a trade can be made that a bar's figures led to, and so where its return starts: at the open of the bar in the
 * next slot (`next-open`), at that bar's close (`next-close`), or at the close that the figures are computed from
 * (`close`), at which nobody can trade any more.
 */
export const ENTRIES = ['next-open', 'next-close', 'close'] as const;
export type Entry = (typeof ENTRIES)[number];
/** The entry where none is stated: in what earlier versions wrote, and in label rules. */
export const UNSTATED_ENTRY = 'close' satisfies Entry;

/** What the time of an intraday bar is: its start or its end. */
export const STAMPS = ['start', 'end'] as const;

/** Order of day, month and year in dates that can be read in two ways. */
export const DATE_FORMATS = ['dmy', 'mdy', 'ymd'] as const;
export type DateFormat = (typeof DATE_FORMATS)[number];

export const ACCELERATORS = ['auto', 'cpu', 'gpu'] as const;

/** Maximum of `cohortConcurrency`: cohorts of a run that are trained at the same time. */
export const MAX_COHORT_CONCURRENCY = 64;

/** End of a run on synthetic bars that is given none. For real bars it depends on the clock. */
export const SYNTHETIC_END = '2024-12-31';

/** Defaults of a run's input, by key. */
export const RUN_DEFAULTS = {
  universe: 'nifty100',
  from: '2022-01-01',
  interval: '1day',
  windowDays: 180,
  label: 'horizon',
  horizon: 5,
  threshold: 0.02,
  entry: 'next-open',
  source: 'synthetic',
  adjust: 'auto',
  maxFailureRate: 0.2,
  accelerator: 'auto',
  seed: 7,
  reuse: 'all',
  shardWindows: 256,
  cohortConcurrency: 2,
} as const;

/** Most characters of a person's name. */
export const MAX_NAME = 100;
