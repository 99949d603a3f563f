import { Context } from '@temporalio/activity';

import type { ChampionScores, ScoreActivities } from './activities.js';

/** Scores outside of the worker's event loop. @param onStep Called with what comes next. */
export type ScoreElsewhere = (
  onStep: (step: string) => void,
  signal: AbortSignal,
) => Promise<ChampionScores | null>;

/** Well below the heartbeat timeout of the profile. */
const BEAT_EVERY_MS = 10_000;

/** The activities of the step score. @param score From the worker: it has the thread that computes. */
export function createScoreActivities({ score }: { readonly score: ScoreElsewhere }): ScoreActivities {
  return {
    scoreChampion: () => scoreWithHeartbeats(score, Context.current()),
  };
}

async function scoreWithHeartbeats(score: ScoreElsewhere, context: Context): Promise<ChampionScores | null> {
  let last = 'start';
  const timer = setInterval(() => context.heartbeat(last), BEAT_EVERY_MS);
  try {
    return await score((step) => {
      last = step;
      context.heartbeat(step);
    }, context.cancellationSignal);
  } finally {
    clearInterval(timer);
  }
}
