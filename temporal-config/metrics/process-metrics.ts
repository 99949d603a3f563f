import { Counter, Registry, collectDefaultMetrics } from 'prom-client';

import { onBundleVerified } from '../../data/telemetry/bundle-verified.js';
import { addLoopDelay } from './loop-delay.js';

/** What a process answers when it is asked for its metrics. */
export interface ProcessMetrics {
  /** Ours alone; the registry that a process adds its own to. */
  readonly registry: Registry;
  /** Has something done before every answer, such as reading figures that nobody reports. */
  readonly beforeAnswers: (refresh: () => Promise<void>) => void;
  /** All metrics of the process as text of the Prometheus format 0.0.4. */
  readonly text: () => Promise<string>;
}

/** Media type of the text format, version 0.0.4: what every Prometheus reads. */
export const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * The metrics that every process has: those of Node.js by their usual names (memory, processor time, garbage collection,
 * event-loop delay), and verifications of bundles.
 *
 * @param others Text of metrics that another library of the process exports.
 */
export function createProcessMetrics(
  others: () => Promise<string> = async () => Promise.resolve(''),
): ProcessMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addLoopDelay(registry);
  countVerifications(registry);
  const refreshing: (() => Promise<void>)[] = [];
  return {
    registry,
    beforeAnswers: (refresh) => void refreshing.push(refresh),
    text: async () => {
      await Promise.all(refreshing.map(async (refresh) => refresh()));
      const [own, other] = await Promise.all([registry.metrics(), others()]);
      return `${own.trimEnd()}\n${other}`;
    },
  };
}

function countVerifications(registry: Registry): void {
  const verifications = new Counter({
    name: 'gurukul_bundle_verifications_total',
    help: 'Bundles that this process has verified, by result.',
    labelNames: ['result'],
    registers: [registry],
  });
  for (const result of ['ok', 'broken']) verifications.inc({ result }, 0);
  onBundleVerified((ok) => verifications.inc({ result: ok ? 'ok' : 'broken' }));
}
