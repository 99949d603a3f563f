import { z } from 'zod';

const count = z.number().int().nonnegative();

export const PROBES = ['label_overlap', 'truncation', 'warm_up', 'future'] as const;
export type Probe = (typeof PROBES)[number];

/** A leak that a probe has found. */
const leakFindingSchema = z.strictObject({
  probe: z.enum(PROBES),
  /** A symbol, or `all symbols`. */
  symbol: z.string(),
  /** Rows concerned; of overlapping labels: pairs. */
  rows: count,
  /** For a person: what differs, where it begins. */
  message: z.string(),
});
export type LeakFinding = z.output<typeof leakFindingSchema>;

/** integrity.json: the leakage probes of a run. Only a run without findings has a bundle. */
export const integritySchema = z.strictObject({
  probes: z.array(
    z.strictObject({
      probe: z.enum(PROBES),
      /** What holds where it finds nothing. */
      claim: z.string(),
      /** Symbols probed, sorted. */
      symbols: z.array(z.string()),
      /** Where the bars were cut or changed, or the cohorts whose splits were looked at. */
      at: z.array(z.string()),
      /** Known rows compared, or tested; 0: the run is too small for the probe to say anything. */
      rows: count,
      findings: count,
    }),
  ),
  findings: z.array(leakFindingSchema),
});
export type Integrity = z.output<typeof integritySchema>;
