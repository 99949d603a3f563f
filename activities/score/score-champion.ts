import { currentChampion } from '../../data/decisions/current-champion.js';
import type { ChampionScores } from './activities.js';
import type { ScoreDeps } from './score-models.js';
import { scoreModels } from './score-models.js';
import { usedTargets } from './score-targets.js';

/** Scores the newest bars with the champion, and with what is staged beside it; null where there is no champion yet. */
export async function scoreChampion(deps: ScoreDeps): Promise<ChampionScores | null> {
  if ((await currentChampion(deps.home)) === undefined) return null;
  const { scored, outcomes } = await scoreModels(await usedTargets(deps.home), {}, deps);
  const [champion] = scored;
  if (champion === undefined) return null;
  const { log, file } = champion;
  return {
    run: log.run,
    date: log.date,
    log: deps.home.relative(file),
    scored: log.rows.filter(({ score }) => score !== null).length,
    rows: log.rows.length,
    sessions: outcomes?.sessions ?? 0,
  };
}
