import { z } from 'zod';

const count = z.number().int().nonnegative();

export const PROBES = [
  'label_overlap',
  'truncation',
  'warm_up',
  'future',
  'selection',
  'index_shift',
] as const;
export type Probe = (typeof PROBES)[number];

/** A leak that a probe has found. */
export const leakFindingSchema = z.strictObject({
  probe: z.enum(PROBES),
  /** A symbol, or `all symbols`. */
  symbol: z.string(),
  /** Number of rows affected; for overlapping labels, the number of pairs or of targets. */
  rows: count,
  /** For a person: what differs, and from where on. */
  message: z.string(),
});
export type LeakFinding = z.output<typeof leakFindingSchema>;

/** integrity.json: the results of a run's leakage probes. A run with findings gets no bundle. */
export const integritySchema = z.strictObject({
  probes: z.array(
    z.strictObject({
      probe: z.enum(PROBES),
      /** What the probe has shown if it found nothing. */
      claim: z.string(),
      /** Symbols probed, sorted. */
      symbols: z.array(z.string()),
      /** Dates at which the bars were cut or changed, or the cohorts whose splits were checked. */
      at: z.array(z.string()),
      /** Number of rows, predictions and targets compared or tested; 0: the run is too small for this probe. */
      rows: count,
      findings: count,
    }),
  ),
  findings: z.array(leakFindingSchema),
});
export type Integrity = z.output<typeof integritySchema>;
