import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { Gauge } from 'prom-client';

import { PROVIDERS } from '../../data/sources/provider.js';
import { providerSettings } from '../../data/sources/provider-settings.js';
import type { Home } from '../../data/store/home.js';
import type { ProcessMetrics } from '../../temporal-config/metrics/process-metrics.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import type { QuotaUse } from '../../workflows/contract/quota-messages.js';
import { quotaQuery } from '../../workflows/contract/quota-messages.js';

const ANSWER_WITHIN_MS = 3_000;

/** What is used of a provider's quota; null: nobody keeps it, so nothing. */
export type AskQuota = (provider: string) => Promise<Pick<QuotaUse, 'dayCalls' | 'dayLimit'> | null>;

/**
 * Adds what is left of the providers' daily quota. Where nobody keeps it, none of the day's calls count. Where the keeper
 * does not answer, there is no figure.
 */
export function addQuotaMetrics(
  { registry, beforeAnswers }: ProcessMetrics,
  home: Home,
  ask: AskQuota,
): void {
  const labelNames = ['provider'];
  const registers = [registry];
  const left = new Gauge({
    name: 'gurukul_quota_calls_left',
    help: "Calls that are left of a provider's daily quota, after those that are leased.",
    ...{ labelNames, registers },
  });
  const limit = new Gauge({
    name: 'gurukul_quota_calls_limit',
    help: "Calls of a provider's daily quota that runs may use.",
    ...{ labelNames, registers },
  });
  beforeAnswers(async () => {
    const settings = providerSettings(home);
    await Promise.all(
      PROVIDERS.map(async (provider) => {
        const use = await ask(provider).catch(() => undefined);
        if (use === undefined) {
          left.remove({ provider });
          limit.remove({ provider });
          return;
        }
        const { dayCalls, dayLimit } = use ?? { dayCalls: 0, dayLimit: settings[provider].limits.dayCalls };
        left.set({ provider }, Math.max(0, dayLimit - dayCalls));
        limit.set({ provider }, dayLimit);
      }),
    );
  });
}

/** Asks the workflows that keep the quotas. */
export function askKeeper(client: Client): AskQuota {
  return async (provider) =>
    client.withDeadline(Date.now() + ANSWER_WITHIN_MS, async () => {
      const keeper = client.workflow.getHandle(workflowIds.quota(provider));
      try {
        const { status } = await keeper.describe();
        return status.name === 'RUNNING' ? await keeper.query(quotaQuery) : null;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return null;
        throw error;
      }
    });
}
