import { z } from 'zod';

import { ERROR_TYPES } from '../errors.js';
import { corporateActionSchema } from './corporate-action.js';
import { coverageSchema } from './coverage.js';
import { fileRefSchema } from './file-ref.js';
import { isoDateSchema } from './iso-date.js';
import { INTERVALS, SOURCES } from './run-choices.js';

const count = z.number().int().nonnegative();

/** Something that a data check found in a series. */
export const findingSchema = z.strictObject({
  /** `error`: the series is refused; `warning`: the user is warned; `info`: recorded only. */
  severity: z.enum(['info', 'warning', 'error']),
  /** Stable name, e.g. `unexplained_jump`. */
  code: z.string(),
  /** For a person: file, line, date, and how to fix it. */
  message: z.string(),
});
export type Finding = z.output<typeof findingSchema>;

/** A time in which a company was a member of an index, ISO, half-open. */
export const membershipSpanSchema = z.strictObject({ from: isoDateSchema, to: isoDateSchema.nullable() });
export type MembershipSpan = z.output<typeof membershipSpanSchema>;

/** The result of the ingest for one symbol. */
export const seriesRecordSchema = z.strictObject({
  symbol: z.string(),
  status: z.enum(['ok', 'no_bars', 'excluded', 'refused']),
  /** Why the symbol is excluded (the reason in the universe), refused (the message of the first error) or without bars. */
  reason: z.string().nullable(),
  /** Error type of a refused series. */
  error: z.enum(ERROR_TYPES).nullable(),
  /** The series in the bar store. */
  ref: fileRefSchema.nullable(),
  first: z.string().nullable(),
  last: z.string().nullable(),
  bars: count,
  /** Sessions of the calendar between the first and the last bar that have no bar. */
  missingSessions: count,
  /** Number of corporate actions between the first and the last bar that are applied. */
  actions: count,
  /** The actions that the series is adjusted for when it is read; absent: none. Part of the digest. */
  corporateActions: z.array(corporateActionSchema).optional(),
  /**
   * Actions that are decided when the bars of all symbols are there, since they are as small as moves of the market;
   * in the records of a batch only, never in a manifest.
   */
  unsettledActions: z.array(corporateActionSchema).optional(),
  /**
   * When the company was a member of the index, ascending, half-open; `to` null: it still is. Absent: it counts as a
   * member at every date. Part of the digest.
   */
  membership: z.array(membershipSpanSchema).optional(),
  /** Industry of the company, as its universe states it; absent: unknown. Part of the digest. */
  sector: z.string().optional(),
  findings: z.array(findingSchema),
});
export type SeriesRecord = z.output<typeof seriesRecordSchema>;

/** `models/{run}/ingest.json`: every series that a run is computed from. */
export const ingestManifestSchema = z.strictObject({
  source: z.enum(SOURCES),
  interval: z.enum(INTERVALS),
  /** One record for each symbol of the universe, sorted by symbol. */
  series: z.array(seriesRecordSchema),
  /** SHA-256 over symbol, digest and corporate actions of every series: equal bars give equal digests. */
  digest: z.string(),
  /**
   * Days outside of the trading calendar's years that count as sessions, since half of the symbols have them, ISO,
   * ascending; absent: none. Part of the digest.
   */
  observedSessions: z.array(isoDateSchema).optional(),
  /** The coverage report; absent in manifests that were not written by an ingest. */
  coverage: coverageSchema.optional(),
});
export type IngestManifest = z.output<typeof ingestManifestSchema>;

/** Symbols that one activity reads: few, so that little is lost in a crash; many, so that histories stay short. */
const BATCH_SYMBOLS = 25;

/** The number of batches for this many symbols. */
export function ingestBatches(symbols: number): number {
  return Math.ceil(symbols / BATCH_SYMBOLS);
}
