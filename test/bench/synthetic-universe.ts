import type { RunInputDraft } from '../../data/schemas/run-input.js';
import { writeJson } from '../../data/store/files.js';
import { addDays } from '../../data/time/dates.js';

/** Windows of each symbol. */
export const TILES = 7;
export const WINDOW_DAYS = 180;

const INDUSTRIES = 12;
/** Last day of the synthetic source's bars. */
const TO = '2024-12-31';
/**
 * Days after the last window, so that its teachers have forward rows to predict like the others; the plan skips
 * them as too short for a window.
 */
const REST_DAYS = 40;

/**
 * Writes a universe of synthetic symbols, all with bars from 2020 to 2024.
 *
 * @param prefix Prefix of the symbols; universes with different prefixes have no bars in common.
 */
export async function writeUniverse(file: string, symbols: number, prefix = 'MADE'): Promise<void> {
  const members = Array.from({ length: symbols }, (_, index) => ({
    symbol: `${prefix}${String(index).padStart(5, '0')}`,
    industry: `Industry ${index % INDUSTRIES}`,
  }));
  await writeJson(file, { name: 'synthetic', members });
}

/** Input of a run with {@link TILES} windows of every symbol of a synthetic universe. */
export function syntheticRun(universe: string): RunInputDraft {
  const from = addDays(TO, -(TILES * WINDOW_DAYS + REST_DAYS));
  return { universe, source: 'synthetic', from, to: TO, windowDays: WINDOW_DAYS, accelerator: 'cpu' };
}
