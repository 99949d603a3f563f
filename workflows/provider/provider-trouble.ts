import { ApplicationFailure, sleep } from '@temporalio/workflow';

import type { FetchedPart } from '../../activities/ingest/fetch/activities.js';
import type { ProviderTrouble } from '../contract/ingest.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Waits after an answer that did not come, doubling. */
const OUTAGE_MS = { first: 30_000, most: 10 * MINUTE_MS, all: 24 * HOUR_MS };
/** Looks for a new login every minute: days may pass before somebody logs in. */
const LOGIN_MS = { every: MINUTE_MS, all: 7 * 24 * HOUR_MS };

/** Waits for what comes back: a provider that does not answer, a login that has ended. */
export interface Patience {
  /** What is waited for; undefined while all is well. */
  readonly trouble: () => ProviderTrouble | undefined;
  /**
   * Waits on a durable timer where a part of the calls says that it has to.
   *
   * @throws ApplicationFailure ProviderDown after a day without an answer, InvalidInput after a week without
   * a login.
   */
  readonly after: (part: FetchedPart) => Promise<void>;
}

/**
 * @param title Begins the summary of every timer.
 * @param tell Called with what is waited for.
 * @param carried Trouble that an earlier execution was in.
 */
export function patience(title: string, tell: (text: string) => void, carried?: ProviderTrouble): Patience {
  let trouble = carried;
  return {
    trouble: () => trouble,
    after: async ({ blocked, message, asked }) => {
      if (blocked !== 'session' && blocked !== 'down') {
        // A login alone does not show that bars can be had.
        if (asked > 0) trouble = undefined;
        return;
      }
      const { waitedMs, nextMs } =
        trouble?.kind === blocked ? trouble : { waitedMs: 0, nextMs: OUTAGE_MS.first };
      const down = blocked === 'down';
      const text = message ?? (down ? 'the provider does not answer' : 'the login has ended');
      tell(text);
      const { wait, all } = down
        ? { wait: nextMs, all: OUTAGE_MS.all }
        : { wait: LOGIN_MS.every, all: LOGIN_MS.all };
      if (waitedMs >= all)
        throw ApplicationFailure.create({
          type: down ? 'ProviderDown' : 'InvalidInput',
          message: `waited ${all / HOUR_MS} hours in vain: ${text}`,
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
