import { FEATURE_FORMULAS } from '../../../activities/market/features/feature-formulas.js';
import { FACTORS, RANK_FEATURES, STATE_FIGURES } from '../../../activities/market/ranking/rank-features.js';
import { markdownTable } from '../markdown.js';

const code = (name: string): string => `\`${name}\``;
/** The features of the probability. */
export function features(): string {
  return markdownTable(
    ['feature', 'formula', 'bars'],
    FEATURE_FORMULAS.map(({ name, formula, bars }) => [code(name), formula, String(bars)]),
  );
}

/** The features of the score. */
export function rankFeatures(): string {
  return markdownTable(
    ['feature', 'formula', 'bars'],
    RANK_FEATURES.map(({ name, formula, lookback }) => [code(name), formula, String(lookback + 1)]),
  );
}

/** The state of the market, and the simple factors. */
export function stateFigures(): string {
  return markdownTable(
    ['figure', 'formula'],
    STATE_FIGURES.map(({ name, formula }) => [code(name), formula]),
  );
}

export function simpleFactors(): string {
  return markdownTable(
    ['factor', 'formula'],
    FACTORS.map(({ name, formula }) => [code(name), formula]),
  );
}
