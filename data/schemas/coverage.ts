import { z } from 'zod';

import { ADJUSTMENTS, INTERVALS, SOURCES } from './run-choices.js';

const count = z.number().int().nonnegative();
const date = z.string();

/** What a gate says about a symbol or the run, without the places in files: equal bars, equal words. */
const reasonSchema = z.strictObject({
  /** Stable name of the gate's finding, e.g. `unexplained_jump`. */
  code: z.string(),
  severity: z.enum(['info', 'warning', 'error']),
  count,
});

/** `coverage.json` of a run and of its bundle: what is there of every symbol, and what the gates say. */
export const coverageSchema = z.strictObject({
  source: z.enum(SOURCES),
  interval: z.enum(INTERVALS),
  adjust: z.enum(ADJUSTMENTS),
  /** Dates asked for, and the first day that is not used because the bars end before. */
  from: date,
  to: date,
  until: date,
  /** Last complete session; null without bars. */
  lastSession: date.nullable(),
  /** Digest over all series. */
  digest: z.string(),
  /** What the gates say about the bars as a whole; an error stops the run. */
  gates: z.array(z.strictObject({ ...reasonSchema.shape, message: z.string() })),
  symbols: z.array(
    z.strictObject({
      symbol: z.string(),
      status: z.enum(['ok', 'no_bars', 'excluded', 'refused']),
      first: date.nullable(),
      last: date.nullable(),
      bars: count,
      /** Sessions of the calendar from first to last day, and those of them without a bar. */
      sessions: count,
      missing: count,
      /** Corporate actions between first and last bar. */
      actions: count,
      /** SHA-256 of the stored series. */
      digest: z.string().nullable(),
      verdict: z.enum(['complete', 'usable', 'doubtful', 'stopped', 'excluded', 'no bars']),
      /** Why the universe excludes the symbol, where the source has no bars of it either. */
      exclusion: z.string().nullable(),
      reasons: z.array(reasonSchema),
      /** Share of the sessions with a bar, month by month from `firstMonth` on; null: no sessions; empty: not known. */
      months: z.array(z.number().min(0).max(1).nullable()),
    }),
  ),
  /** As YYYY-MM; null without bars. */
  firstMonth: z.string().nullable(),
  /** Sessions on which a symbol that trades then has no bar (of 5 minutes: too few). */
  days: z.array(
    z.strictObject({
      date,
      /** Name of a special session. */
      name: z.string().nullable(),
      /** Symbols that have bars before and after, and those of them without a bar. */
      expected: count,
      missing: count,
      /** The first of them. */
      symbols: z.array(z.string()),
    }),
  ),
});
export type Coverage = z.output<typeof coverageSchema>;
export type CoverageRow = Coverage['symbols'][number];
