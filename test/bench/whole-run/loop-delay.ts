import { announcedProcesses } from '../../../temporal-config/metrics/targets-file.js';
import { parseSamples } from '../../../temporal-config/metrics/samples.js';
import type { Home } from '../../../data/store/home.js';

/**
 * Longest delay of the event loop since the metric was last asked for: unlike `gurukul_event_loop_delay_seconds`, which
 * looks back up to a minute, it leaves the start of the process out once it has been read after it.
 */
const METRIC = 'nodejs_eventloop_lag_max_seconds';
const PERIOD_MS = 1_000;
const ANSWER_WITHIN_MS = 20_000;

/** Milliseconds by process. */
export type LoopDelays = Readonly<Record<string, number>>;

/**
 * Asks the worker processes of a home once a second for the longest delay of their event loops.
 *
 * @param hasBegun Whether the run's first task has: answers before count as start.
 * @returns Ends it: the longest delay of each process.
 */
export function meterLoopDelays(home: Home, hasBegun: () => boolean): () => Promise<LoopDelays> {
  const longest: Record<string, number> = {};
  const end = new AbortController();
  const asking = (async () => {
    while (!end.signal.aborted) {
      const counts = hasBegun();
      for (const { name, address } of await announcedProcesses(home)) {
        if (!name.startsWith('worker')) continue;
        const ms = await delayOf(address);
        // The first answer after the first task still has the start in it.
        if (ms === undefined) continue;
        if (counts && name in longest) longest[name] = Math.max(longest[name] ?? 0, ms);
        else if (counts) longest[name] = 0;
      }
      await new Promise((resolve) => setTimeout(resolve, PERIOD_MS));
    }
  })();
  return async () => {
    end.abort();
    await asking;
    return longest;
  };
}

/** Of the process that listens there; undefined: it does not answer any more. */
async function delayOf(address: string): Promise<number | undefined> {
  try {
    const answer = await fetch(`http://${address}/metrics`, {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return longestDelayMs(await answer.text());
  } catch {
    return undefined;
  }
}

/** From the text of the metrics of a process. */
export function longestDelayMs(text: string): number | undefined {
  const [sample] = parseSamples(text, (name) => name === METRIC);
  return sample === undefined ? undefined : sample.value * 1000;
}
