import { z } from 'zod';

/** Where a process exports its metrics. */
export interface MetricsPlace {
  /** Address to listen on. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

/** Instead of a port: no metrics. */
export const NO_METRICS = 'off';
const HIGHEST_PORT = 65_535;
/** For programs of this machine alone. */
const METRICS_HOST = '127.0.0.1';

/** A port, or that there is to be none; undefined: any free one. */
export const metricsPortSchema = z
  .string()
  .regex(/^(off|\d{1,5})$/, { error: ({ input }) => `must be a port number or off, not ${String(input)}` })
  .refine((text) => !(Number(text) > HIGHEST_PORT), 'must be at most 65535')
  .optional();

/** The place that these flags name; undefined: no metrics are wanted. */
export function metricsPlace(port = '0', host = METRICS_HOST): MetricsPlace | undefined {
  return port === NO_METRICS ? undefined : { host, port: Number(port) };
}
