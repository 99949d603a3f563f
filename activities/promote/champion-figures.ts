import { GurukulError } from '../../data/errors.js';
import type { ChampionOutcomes } from '../../data/schemas/champion-outcomes.js';
import { championOutcomesSchema } from '../../data/schemas/champion-outcomes.js';
import type { Home } from '../../data/store/home.js';
import { readStoredJson } from '../../data/store/stored-files.js';

/** Figures of a champion in use; null: not known. */
export interface ChampionFigures extends Pick<ChampionOutcomes, 'psi' | 'ece' | 'neutralIc'> {
  /** Why they are not known where there is a file. */
  readonly damaged?: string;
}

const UNKNOWN: ChampionFigures = { psi: null, ece: null, neutralIc: null };

/**
 * What came of a champion's scores, as `scores/outcomes.json` of the home has it; unknown where there is no such file,
 * or it is about an earlier champion.
 *
 * @param champion Number of the decision that made it champion.
 */
export async function championFigures(home: Home, champion: number): Promise<ChampionFigures> {
  try {
    const outcomes = await readStoredJson(home, home.scoreOutcomes(), championOutcomesSchema);
    return outcomes?.champion === champion ? outcomes : UNKNOWN;
  } catch (error) {
    // A damaged file must not keep the champion's age from being looked at.
    if (!(error instanceof GurukulError) || error.type !== 'ChecksumMismatch') throw error;
    return { ...UNKNOWN, damaged: `${home.scoreOutcomes()} is damaged: its figures are not known` };
  }
}
