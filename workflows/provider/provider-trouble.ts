import { ApplicationFailure, sleep } from '@temporalio/workflow';

import type { FetchedPart } from '../../activities/ingest/fetch/activities.js';
import type { ProviderTrouble } from '../contract/ingest.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Waits while the provider does not answer; each is twice the last. */
const OUTAGE_MS = { first: 30_000, most: 10 * MINUTE_MS, all: 24 * HOUR_MS };
/** A new login is looked for every minute; it may take days until somebody logs in. */
const LOGIN_MS = { every: MINUTE_MS, all: 7 * 24 * HOUR_MS };

/** Waits for a provider that does not answer, or for a new login. */
export interface ProviderBackoff {
  /** What it waits for; undefined while the provider answers. */
  readonly trouble: () => ProviderTrouble | undefined;
  /**
   * Waits on a durable timer if the calls were blocked.
   *
   * @throws ApplicationFailure ProviderDown after a day without an answer, InvalidInput after a week without a
   * login.
   */
  readonly after: (part: FetchedPart) => Promise<void>;
}

/**
 * @param title Starts the summary of every timer.
 * @param report Called with what it waits for.
 * @param carried What an earlier execution waited for.
 */
export function providerBackoff(
  title: string,
  report: (text: string) => void,
  carried?: ProviderTrouble,
): ProviderBackoff {
  let trouble = carried;
  return {
    trouble: () => trouble,
    after: async ({ blocked, message, asked }) => {
      if (blocked !== 'session' && blocked !== 'down') {
        // A valid login alone does not mean that bars can be fetched.
        if (asked > 0) trouble = undefined;
        return;
      }
      const { waitedMs, nextMs } =
        trouble?.kind === blocked ? trouble : { waitedMs: 0, nextMs: OUTAGE_MS.first };
      const down = blocked === 'down';
      const text = message ?? (down ? 'the provider does not answer' : 'the login has ended');
      report(text);
      const { wait, all } = down
        ? { wait: nextMs, all: OUTAGE_MS.all }
        : { wait: LOGIN_MS.every, all: LOGIN_MS.all };
      if (waitedMs >= all)
        throw ApplicationFailure.create({
          type: down ? 'ProviderDown' : 'InvalidInput',
          message: `gave up after ${all / HOUR_MS} hours: ${text}`,
          nonRetryable: true,
        });
      await sleep(wait, { summary: `${title} · ${down ? 'no answer' : 'log in again'}` });
      trouble = {
        kind: blocked,
        waitedMs: waitedMs + wait,
        nextMs: Math.min(2 * nextMs, OUTAGE_MS.most),
      };
    },
  };
}
