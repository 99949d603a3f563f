import { z } from 'zod';

import { ADJUSTMENTS, INTERVALS, SOURCES } from './run-choices.js';

const count = z.number().int().nonnegative();
const date = z.string();

/** The findings of one gate (a data check), counted. It names no files, so that equal bars give equal coverage. */
const reasonSchema = z.strictObject({
  /** Stable name of the gate's finding, e.g. `unexplained_jump`. */
  code: z.string(),
  severity: z.enum(['info', 'warning', 'error']),
  count,
});

/** Sessions of the members of a point-in-time universe: of every member, those on which it was one. */
const memberSessionsSchema = z.strictObject({
  sessions: count,
  withBars: count,
  /** The members that lack bars, most of them first: their sessions as members, and how many of these have no bar. */
  missing: z.array(z.strictObject({ symbol: z.string(), sessions: count, missing: count })),
});
export type MemberSessions = z.output<typeof memberSessionsSchema>;

/** `coverage.json` of a run and of its bundle: the bars of every symbol, and the findings of the gates. */
export const coverageSchema = z.strictObject({
  source: z.enum(SOURCES),
  interval: z.enum(INTERVALS),
  adjust: z.enum(ADJUSTMENTS),
  /** The requested dates, and `until`: the end of the dates that have bars, exclusive. */
  from: date,
  to: date,
  until: date,
  /** Last complete session; null without bars. */
  lastSession: date.nullable(),
  /** Digest over all series. */
  digest: z.string(),
  /** Findings about the bars as a whole; an error stops the run. */
  gates: z.array(z.strictObject({ ...reasonSchema.shape, message: z.string() })),
  symbols: z.array(
    z.strictObject({
      symbol: z.string(),
      status: z.enum(['ok', 'no_bars', 'excluded', 'refused']),
      first: date.nullable(),
      last: date.nullable(),
      bars: count,
      /** Sessions of the calendar from the first to the last bar, and how many of them have no bar. */
      sessions: count,
      missing: count,
      /** Number of corporate actions between the first and the last bar. */
      actions: count,
      /** SHA-256 of the stored series. */
      digest: z.string().nullable(),
      verdict: z.enum(['complete', 'usable', 'doubtful', 'stopped', 'excluded', 'no bars']),
      /** Why the universe excludes the symbol, if the source has no bars of it either. */
      exclusion: z.string().nullable(),
      reasons: z.array(reasonSchema),
      /** Share of the sessions with a bar, by month from `firstMonth` on; null: no sessions; an empty list: unknown. */
      months: z.array(z.number().min(0).max(1).nullable()),
    }),
  ),
  /** Absent where every symbol counts as a member at every date. */
  members: memberSessionsSchema.optional(),
  /** YYYY-MM; null without bars. */
  firstMonth: z.string().nullable(),
  /** Sessions on which bars are missing: a symbol traded before and after has no bar (with 5-minute bars: too few). */
  days: z.array(
    z.strictObject({
      date,
      /** Name of a special session. */
      name: z.string().nullable(),
      /** Symbols with bars before and after, and how many of them have no bar. */
      expected: count,
      missing: count,
      /** The first few of the symbols without a bar. */
      symbols: z.array(z.string()),
    }),
  ),
});
export type Coverage = z.output<typeof coverageSchema>;
export type CoverageRow = Coverage['symbols'][number];
