import { expect } from 'chai';

import { coreFigures } from '../../../activities/figures/arm.js';
import { prepareArm } from './prepare-arm.js';
import { mean, standardDeviation } from '../../../activities/stats/moments.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import { emptyPredictions } from '../../../data/predictions/prediction.js';
import { isoDate } from '../../../data/time/dates.js';
import { randomStream } from '../../../data/random.js';

const [SYMBOLS, PAST, FORWARD, HORIZON, SEEDS] = [8, 300, 60, 5, 80];
const COHORTS = 3;
/** Returns above this many deviations are labelled 1: about 30 %. */
const QUANTILE = 0.5244;

describe('forecasts that know the past share of ones and nothing else', () => {
  const figures = Array.from({ length: SEEDS }, (_, seed) =>
    coreFigures(prepareArm(worthless(seed), 'forward', HORIZON)),
  );
  const of = (values: readonly (number | null)[]): { mean: number; error: number } => {
    const known = Float64Array.from(values, (value) => value ?? NaN);
    return {
      mean: mean(known) ?? NaN,
      error: (standardDeviation(known, 1) ?? NaN) / Math.sqrt(SEEDS),
    };
  };

  it('have an AUC inside cohorts of chance, by which a placebo is judged', () => {
    const auc = of(figures.map(({ cohortAuc }) => cohortAuc));
    expect(Math.abs(auc.mean - 0.5)).to.be.below(3 * auc.error);
    expect(auc.error).to.be.below(0.005);
  });

  it('beat the pooled base rate of a short past, so that their skill against it is no evidence', () => {
    const skill = of(figures.map(({ pooledSkill }) => pooledSkill));
    expect(skill.mean).to.be.above(3 * skill.error);
  });
});

/**
 * Labels of independent normal returns. Each symbol's probability is the share of ones in its whole past, shrunk to that
 * of all symbols; the base rate of its window is that of the newest bars.
 */
function worthless(seed: number): Predictions {
  const random = randomStream([seed, 'worthless forecasts']);
  const all = emptyPredictions();
  const labels = Array.from({ length: SYMBOLS }, () => labelsOf(() => random.normal()));
  for (let cohort = 0; cohort < COHORTS; cohort += 1) {
    const start = PAST + cohort * FORWARD;
    const share = (own: readonly number[], from: number): number => average(own.slice(from, start - HORIZON));
    const pooled = average(labels.map((own) => share(own, 0)));
    labels.forEach((own, symbol) => {
      const name = `S${symbol}`;
      for (let day = start; day < start + FORWARD; day += 1) {
        all.symbol.push(name);
        all.date.push(isoDate(day));
        all.window.push(`${name}_${isoDate(start - FORWARD)}_to_${isoDate(start)}`);
        all.model.push('placebo');
        all.split.push('forward');
        const probability = 0.9 * pooled + 0.1 * share(own, 0);
        all.probability.push(probability);
        all.score.push(probability);
        all.label.push(own[day] ?? NaN);
        all.forwardReturn.push(own[day] === 1 ? 0.03 : -0.01);
        all.baseRate.push(share(own, start - FORWARD));
      }
    });
  }
  return all;
}

/** Overlapping labels of the next bars. */
function labelsOf(draw: () => number): number[] {
  const bars = PAST + COHORTS * FORWARD;
  const returns = Array.from({ length: bars + HORIZON }, draw);
  return Array.from({ length: bars }, (_, bar) =>
    returns.slice(bar, bar + HORIZON).reduce((sum, own) => sum + own, 0) > QUANTILE * Math.sqrt(HORIZON)
      ? 1
      : 0,
  );
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
