import type { RuntimeOptions } from '@temporalio/worker';
import { Runtime } from '@temporalio/worker';

import { anyFreePort } from '../../temporal-config/ports.js';

const LOOPBACK = '127.0.0.1';
const TRIES = 5;
const ANSWER_WITHIN_MS = 5_000;

/**
 * Starts Temporal's native runtime with its exporter of metrics, which has a server of its own: it listens on loopback,
 * on a port that is nobody's business, and the worker's endpoint passes its text on. Names are those that published
 * dashboards use: seconds, with the suffixes of units and totals.
 *
 * @returns Text of the SDK's metrics.
 */
export async function installRuntime(options: RuntimeOptions): Promise<() => Promise<string>> {
  for (let tried = 1; ; tried += 1) {
    const bindAddress = `${LOOPBACK}:${await anyFreePort()}`;
    try {
      Runtime.install({
        ...options,
        telemetryOptions: {
          ...options.telemetryOptions,
          metrics: {
            prometheus: {
              bindAddress,
              useSecondsForDurations: true,
              countersTotalSuffix: true,
              unitSuffix: true,
            },
          },
        },
      });
      return async () => fetchText(`http://${bindAddress}/metrics`);
    } catch (error) {
      // Another program may have taken the port since.
      if (tried === TRIES) throw error;
    }
  }
}

async function fetchText(url: string): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  if (!answer.ok) throw new Error(`the SDK's metrics answered with status ${answer.status}`);
  return answer.text();
}
