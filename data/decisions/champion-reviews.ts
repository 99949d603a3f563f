import type { ChampionReview } from '../schemas/champion-review.js';
import { championReviewSchema } from '../schemas/champion-review.js';
import type { Home } from '../store/home.js';
import { createStored, readStoredJson } from '../store/stored-files.js';

/**
 * The review of a champion; undefined if none was opened. It is open as long as that decision makes the champion.
 *
 * @param number Of the decision that made it champion.
 * @throws GurukulError ChecksumMismatch when the file is damaged.
 */
export async function readReview(home: Home, number: number): Promise<ChampionReview | undefined> {
  return readStoredJson(home, home.championReview(number), championReviewSchema);
}

/** Opens a review. @returns False if it was open. */
export async function openReview(home: Home, review: ChampionReview): Promise<boolean> {
  const file = home.championReview(review.champion);
  return createStored(home, file, `${JSON.stringify(review, null, 2)}\n`);
}
