import { z } from 'zod';

import { isoDateSchema } from './iso-date.js';
import { LABELS } from './label-rule.js';
import type { SourceName } from './run-choices.js';
import {
  ACCELERATORS,
  ADJUSTMENTS,
  DATE_FORMATS,
  ENTRIES,
  INTERVALS,
  MAX_COHORT_CONCURRENCY,
  MAX_NAME,
  MAX_SYMBOLS,
  MEMBERSHIPS,
  REUSES,
  RUN_DEFAULTS as DEFAULTS,
  RUN_ID_PATTERN,
  SOURCES,
  STAMPS,
  SYMBOL_PATTERN,
  SYNTHETIC_END,
  UNSTATED_ENTRY,
} from './run-choices.js';

const before = {
  /** Default `live_candidate_YYYYMMDD_HHMMSS` (a candidate for champion), set by the client or the plan activity. */
  runId: z
    .string()
    .regex(RUN_ID_PATTERN, 'must be 1 to 80 letters, digits, dots, dashes or underscores')
    .optional(),
  /** `nifty100` or the path of a universe file. */
  universe: z.string().min(1).default(DEFAULTS.universe),
  /** These symbols of the universe only; absent: all. */
  symbols: z
    .array(z.string().regex(SYMBOL_PATTERN, 'must be NSE symbols, such as RELIANCE or M&M'))
    .min(1)
    .max(MAX_SYMBOLS, `must be at most ${MAX_SYMBOLS} symbols`)
    .optional(),
  from: isoDateSchema.default(DEFAULTS.from),
};

const after = {
  interval: z.enum(INTERVALS).default(DEFAULTS.interval),
  windowDays: z.number().int().min(7).max(3660).default(DEFAULTS.windowDays),
  /** What is predicted: the return over the horizon, or which of three barriers the price touches first. */
  label: z.enum(LABELS).default(DEFAULTS.label),
  /** Number of bars that a label looks ahead, at most. */
  horizon: z.number().int().min(1).max(250).default(DEFAULTS.horizon),
  /** Forward return above which a label is 1, as a fraction; for the triple barrier, the upper barrier. */
  threshold: z.number().gt(-1).lt(1).default(DEFAULTS.threshold),
  /** Distance of the lower barrier below the entry price, as a fraction; absent: the same as the upper barrier's. */
  lowerBarrier: z.number().gt(0).lt(1).optional(),
  /** Where a trade can be made: what labels, returns and the strategy start from. */
  entry: z.enum(ENTRIES).default(DEFAULTS.entry),
  source: z.enum(SOURCES).default(DEFAULTS.source),
  /** Absolute path of the folder of bar files; required for the source csv. */
  bars: z.string().min(1).optional(),
  /** Whether bars are adjusted for corporate actions when they are read; `auto` decides it for each action. */
  adjust: z.enum(ADJUSTMENTS).default(DEFAULTS.adjust),
  /** The format of all bar files, by its name; absent: each file's format is recognised. */
  format: z.string().min(1).optional(),
  /** Order of day and month where a bar file leaves it open. */
  dateFormat: z.enum(DATE_FORMATS).optional(),
  /** Whether intraday bars are stamped with their start or their end; absent: their start. */
  stamps: z.enum(STAMPS).optional(),
  /** Whose bars make cross-sections and windows; absent: point-in-time for real sources, today for synthetic. */
  membership: z.enum(MEMBERSHIPS).optional(),
  /** Calls no provider: only what was fetched before is used. */
  offline: z.boolean().optional(),
  /**
   * First day whose session was not over when the run was settled: no bar from then on is used. Set by the plan
   * activity (by the client, where it reads the bars itself), so that a resume uses the same sessions.
   */
  completeUntil: isoDateSchema.optional(),
  /** Who makes the run, as it is declared; absent: nobody says so. Results do not depend on it. */
  author: z.string().trim().min(1).max(MAX_NAME, `must be at most ${MAX_NAME} characters`).optional(),
  /** Absolute path of a folder with bars of a second source, to compare with. */
  crossCheck: z.string().min(1).optional(),
  /** Share of failed windows (failed / attempted) above which the run fails. */
  maxFailureRate: z.number().min(0).max(1).default(DEFAULTS.maxFailureRate),
  accelerator: z.enum(ACCELERATORS).default(DEFAULTS.accelerator),
  seed: z.number().int().min(0).max(0xffff_ffff).default(DEFAULTS.seed),
  /** Whether to reuse what other runs of this home have trained on the same bars. Results do not depend on it. */
  reuse: z.enum(REUSES).default(DEFAULTS.reuse),
  /** Maximum number of windows that are trained together as one batch. */
  shardWindows: z.number().int().min(1).max(4096).default(DEFAULTS.shardWindows),
  /** Number of cohorts that are trained at the same time. */
  cohortConcurrency: z.number().int().min(1).max(MAX_COHORT_CONCURRENCY).default(DEFAULTS.cohortConcurrency),
};

/** The values that rules across keys need. */
interface Related {
  readonly from: string;
  readonly to?: string | undefined;
  readonly source: SourceName;
  readonly bars?: string | undefined;
  readonly offline?: boolean | undefined;
  readonly label: string;
  readonly threshold: number;
  readonly lowerBarrier?: number | undefined;
}

function checkRelated({ value, issues }: z.core.ParsePayload<Related>): void {
  const { from, to, source, bars, offline, label, threshold, lowerBarrier } = value;
  const refuse = (key: keyof Related, message: string): void => {
    issues.push({ code: 'custom', path: [key], input: value[key], message });
  };
  if (to !== undefined && from >= to) refuse('from', `must be before to (${to})`);
  if (source === 'csv' && bars === undefined)
    refuse('bars', 'is required for the source csv: the folder with the bar files');
  if (offline !== undefined && (source === 'csv' || source === 'synthetic'))
    refuse('offline', `applies to breeze and yahoo only: the source ${source} calls nobody. Leave it out`);
  if (label === 'triple-barrier' && threshold <= 0)
    refuse('threshold', 'must be above 0 for triple-barrier labels, where it is the upper barrier');
  if (label !== 'triple-barrier' && lowerBarrier !== undefined)
    refuse('lowerBarrier', `applies to the label triple-barrier only, and the label is ${label}`);
}

/**
 * The input of a run as it is given: from the command line, a config file, or `temporal workflow start --type
 * trainUniverse`. Parsing fills in the defaults and refuses unknown keys. The end may be open: `settleDates` settles
 * it.
 */
export const openInputSchema = z
  .strictObject({
    ...before,
    /** End date, exclusive; absent: for real bars the day after the last complete session. */
    to: isoDateSchema.optional(),
    ...after,
  })
  .check(checkRelated);

/**
 * The input of a run whose end is settled, as `input.json` has it; without one, it ends as synthetic bars do. Earlier
 * versions recorded no entry: theirs was the close.
 */
export const runInputSchema = z
  .strictObject({
    ...before,
    to: isoDateSchema.default(SYNTHETIC_END),
    ...after,
    entry: z.enum(ENTRIES).default(UNSTATED_ENTRY),
  })
  .check(checkRelated);

/** The input as a user writes it; every field is optional. */
export type RunInputDraft = z.input<typeof openInputSchema>;
/** The input with the defaults filled in that depend on no clock. */
export type OpenInput = z.output<typeof openInputSchema>;
/** The same with a run id. */
export type OpenConfig = OpenInput & { readonly runId: string };
/** The input with all defaults filled in. */
export type RunInput = z.output<typeof runInputSchema>;
/** The input with all defaults and a run id. */
export type RunConfig = RunInput & { readonly runId: string };
