import { championOf, readDecisions } from '../../data/decisions/decisions.js';
import type { ChampionScores } from './activities.js';
import type { ScoreDeps } from './score-models.js';
import { scoreModels } from './score-models.js';
import { championTarget } from './score-targets.js';

/** Scores the newest bars with the champion; null where there is none yet. */
export async function scoreChampion(deps: ScoreDeps): Promise<ChampionScores | null> {
  if (championOf(await readDecisions(deps.home)) === undefined) return null;
  const { scored, outcomes } = await scoreModels([await championTarget(deps.home)], {}, deps);
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
