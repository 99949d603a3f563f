import { z } from 'zod';

import { MOST_COHORTS } from '../limits.js';
import { isIsoDate } from '../time/dates.js';
import { LABELS } from './label-rule.js';
import {
  ACCELERATORS,
  ADJUSTMENTS,
  INTERVALS,
  REUSES,
  RUN_DEFAULTS as DEFAULTS,
  RUN_ID_PATTERN,
  SOURCES,
  SYMBOL_PATTERN,
} from './run-choices.js';

const isoDateSchema = z.string().refine(isIsoDate, { error: 'must be a date that exists, as YYYY-MM-DD' });

/**
 * Input of a run: of the CLI, of a config file, and of `temporal workflow start --type trainUniverse`.
 * Parsing fills the defaults; unknown keys are refused by name.
 */
export const runInputSchema = z
  .strictObject({
    /** Default `live_candidate_YYYYMMDD_HHMMSS`, set by the client or the plan activity. */
    runId: z
      .string()
      .regex(RUN_ID_PATTERN, 'must be 1 to 80 letters, digits, dots, dashes or underscores')
      .optional(),
    /** `nifty100` or the path of a universe file. */
    universe: z.string().min(1).default(DEFAULTS.universe),
    /** A part of the universe; absent: all of it. */
    symbols: z
      .array(z.string().regex(SYMBOL_PATTERN, 'must be NSE symbols, such as RELIANCE or M&M'))
      .min(1)
      .optional(),
    from: isoDateSchema.default(DEFAULTS.from),
    /** First day no longer used: windows are half-open. */
    to: isoDateSchema.default(DEFAULTS.to),
    interval: z.enum(INTERVALS).default(DEFAULTS.interval),
    windowDays: z.number().int().min(7).max(3660).default(DEFAULTS.windowDays),
    /** What is foretold: the return over the horizon, or which of three barriers is touched first. */
    label: z.enum(LABELS).default(DEFAULTS.label),
    /** Bars ahead that a label looks, at most. */
    horizon: z.number().int().min(1).max(250).default(DEFAULTS.horizon),
    /** Forward return above which a label is 1, as a fraction; the upper one of the barriers. */
    threshold: z.number().gt(-1).lt(1).default(DEFAULTS.threshold),
    /** How far below the close the lower barrier lies, as a fraction; absent: as far as the upper one. */
    lowerBarrier: z.number().gt(0).lt(1).optional(),
    source: z.enum(SOURCES).default(DEFAULTS.source),
    /** Absolute folder of bar files; needed by the csv source. */
    bars: z.string().min(1).optional(),
    /** Whether bars are adjusted for splits and bonuses when they are read; `none`: they are so already. */
    adjust: z.enum(ADJUSTMENTS).default(DEFAULTS.adjust),
    /** Absolute folder with bars of a second source, to be compared with. */
    crossCheck: z.string().min(1).optional(),
    /** Failed windows over windows tried, above which the run fails. */
    maxFailureRate: z.number().min(0).max(1).default(DEFAULTS.maxFailureRate),
    accelerator: z.enum(ACCELERATORS).default(DEFAULTS.accelerator),
    seed: z.number().int().min(0).max(0xffff_ffff).default(DEFAULTS.seed),
    /** Whether what other runs of the home have trained on the same bars is taken over. No result depends on it. */
    reuse: z.enum(REUSES).default(DEFAULTS.reuse),
    /** Windows trained together as one batch, at most. */
    shardWindows: z.number().int().min(1).max(4096).default(DEFAULTS.shardWindows),
    /** Cohorts in flight at once. */
    cohortConcurrency: z.number().int().min(1).max(MOST_COHORTS).default(DEFAULTS.cohortConcurrency),
  })
  .check((context) => {
    const { from, to, source, bars, label, threshold, lowerBarrier } = context.value;
    if (from >= to) {
      context.issues.push({
        code: 'custom',
        path: ['from'],
        input: from,
        message: `must be before to (${to})`,
      });
    }
    if (source === 'csv' && bars === undefined) {
      context.issues.push({
        code: 'custom',
        path: ['bars'],
        input: bars,
        message: 'is needed by the csv source: the folder of bar files',
      });
    }
    if (label === 'triple-barrier' && threshold <= 0) {
      context.issues.push({
        code: 'custom',
        path: ['threshold'],
        input: threshold,
        message: 'must be above 0 for triple-barrier labels: it is the upper barrier',
      });
    }
    if (label !== 'triple-barrier' && lowerBarrier !== undefined) {
      context.issues.push({
        code: 'custom',
        path: ['lowerBarrier'],
        input: lowerBarrier,
        message: `only triple-barrier labels have barriers, not ${label}; choose label triple-barrier too`,
      });
    }
  });

/** What a user may write. */
export type RunInputDraft = z.input<typeof runInputSchema>;
/** With every default filled. */
export type RunInput = z.output<typeof runInputSchema>;
/** With the run id settled too. */
export type RunConfig = RunInput & { readonly runId: string };
