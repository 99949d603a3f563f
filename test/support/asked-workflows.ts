import type { ReleaseWorkflows } from '../../activities/promote/follow-log.js';

/** Workflows of releases where there is no server: what was asked for is kept. */
export interface AskedWorkflows extends ReleaseWorkflows {
  readonly asked: readonly string[];
}

export function askedWorkflows(): AskedWorkflows {
  const asked: string[] = [];
  const ask = (what: string): Promise<void> => {
    asked.push(what);
    return Promise.resolve();
  };
  return {
    asked,
    openPromotion: ({ runId, expiryDays, reminderDays }) =>
      ask(`open ${runId} ${expiryDays} ${reminderDays}`),
    watchChampion: ({ run, decision }) => ask(`watch ${decision} ${run}`),
    endWatch: (decision) => ask(`end ${decision}`),
  };
}
