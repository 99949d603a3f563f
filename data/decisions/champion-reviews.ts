import type { ChampionReview } from '../schemas/champion-review.js';
import { championReviewSchema } from '../schemas/champion-review.js';
import { parseJson } from '../store/files.js';
import type { Home } from '../store/home.js';
import { folderStore } from './folder-store.js';

/**
 * The review of a champion; undefined if none was opened. It is open as long as that decision makes the champion.
 *
 * @param number Of the decision that made it champion.
 * @throws GurukulError ChecksumMismatch when the file is damaged.
 */
export async function readReview(home: Home, number: number): Promise<ChampionReview | undefined> {
  const file = home.championReview(number);
  const content = await folderStore(home).get(home.relative(file));
  return content === undefined ? undefined : parseJson(file, content, championReviewSchema);
}

/** Opens a review. @returns False if it was open. */
export async function openReview(home: Home, review: ChampionReview): Promise<boolean> {
  const key = home.relative(home.championReview(review.champion));
  return folderStore(home).putIfAbsent(key, `${JSON.stringify(review, null, 2)}\n`);
}
