import { z } from 'zod';

import { ERROR_TYPES } from '../errors.js';
import { corporateActionSchema } from './corporate-action.js';
import { coverageSchema } from './coverage.js';
import { fileRefSchema } from './file-ref.js';
import { INTERVALS, SOURCES } from './run-choices.js';

const count = z.number().int().nonnegative();

/** Something noticed about a series on its way in. */
export const findingSchema = z.strictObject({
  /** `error` refuses the series, `warning` is reported, `info` is only recorded. */
  severity: z.enum(['info', 'warning', 'error']),
  /** Stable name, e.g. `unexplained_jump`. */
  code: z.string(),
  /** For a person: file, line, date, and how to mend it. */
  message: z.string(),
});
export type Finding = z.output<typeof findingSchema>;

/** What the ingest made of one symbol. */
export const seriesRecordSchema = z.strictObject({
  symbol: z.string(),
  status: z.enum(['ok', 'no_bars', 'excluded', 'refused']),
  /** Why a series is excluded or refused; the exclusion's own reason, or the first error's message. */
  reason: z.string().nullable(),
  /** Error type of a refused series. */
  error: z.enum(ERROR_TYPES).nullable(),
  /** The series in the bar store. */
  ref: fileRefSchema.nullable(),
  first: z.string().nullable(),
  last: z.string().nullable(),
  bars: count,
  /** Sessions of the calendar between first and last bar without a bar. */
  missingSessions: count,
  /** Corporate actions known for the symbol between first and last bar. */
  actions: count,
  /** Every action that readers of the series adjust it by; absent: none. They are part of the digest. */
  corporateActions: z.array(corporateActionSchema).optional(),
  findings: z.array(findingSchema),
});
export type SeriesRecord = z.output<typeof seriesRecordSchema>;

/** `models/{run}/ingest.json`: every series a run is computed from. */
export const ingestManifestSchema = z.strictObject({
  source: z.enum(SOURCES),
  interval: z.enum(INTERVALS),
  /** One a symbol of the universe, sorted by symbol. */
  series: z.array(seriesRecordSchema),
  /** SHA-256 over symbol, digest and corporate actions of every series: equal bars, equal digest. */
  digest: z.string(),
  /** What is there and what the gates say of it; absent in manifests that no ingest has made. */
  coverage: coverageSchema.optional(),
});
export type IngestManifest = z.output<typeof ingestManifestSchema>;

/** Symbols that one activity reads: few enough to go on quickly after a crash, many enough for few events. */
const BATCH_SYMBOLS = 25;

/** Batches in which so many symbols are ingested. */
export function ingestBatches(symbols: number): number {
  return Math.ceil(symbols / BATCH_SYMBOLS);
}
