import type { ChoiceReturns } from '../../data/predictions/choice-returns.js';
import type { Backtest } from '../../data/schemas/backtest.js';
import type { LabelRule } from '../../data/schemas/label-rule.js';
import { entryChoice } from '../../data/schemas/label-rule.js';
import type { FigureOptions, Metrics, StatTests } from '../../data/schemas/metrics.js';
import type { RunInput } from '../../data/schemas/run-input.js';
import type { StressTests } from '../../data/schemas/stress.js';
import { offEventLoop } from '../../data/event-loop.js';
import { byName } from './by-name.js';
import type { CohortParts } from './cohort-parts.js';
import { VALIDATION_ARMS, measureCohort } from './cohort-parts.js';
import { rowsByCohort } from './cohorts.js';
import { armDates, commonDates } from './common-dates.js';
import type { FeatureInputs } from './feature-figures.js';
import type { FigureRows, PredictionSets } from './figure-rows.js';
import { MODEL_NAMES } from './figure-rows.js';
import type { JoinedFigures } from './join-figures.js';
import { joinFigures } from './join-figures.js';
import { indexMarket } from './market-rows.js';
import { measureForwardArm, measureStudentArm, measureValidationArm } from './measured-arm.js';
import type { CohortVariants } from './paired/student-variants.js';
import { forwardPlaces } from './paired/student-variants.js';
import { measureShocks } from './stress/measure-shocks.js';

export type { PredictionSets } from './figure-rows.js';

/** All figures of a run. */
export interface Figures {
  readonly metrics: Metrics;
  readonly statTests: StatTests;
  readonly stressTests: StressTests;
  readonly backtest: Backtest;
}

const NO_FEATURES: FeatureInputs = {
  importance: { features: [], windows: [] },
  drift: { features: [], cohorts: [] },
};

/** Options of the figures of a run with this configuration. */
export function figureOptions(
  { seed, horizon, source, entry }: Pick<RunInput, 'seed' | 'horizon' | 'source'> & Pick<LabelRule, 'entry'>,
  trials: number,
): FigureOptions {
  return {
    seed,
    horizon,
    entry: entryChoice({ entry }),
    trials,
    market: source === 'synthetic' ? 'synthetic' : 'nse',
  };
}

/**
 * Computes metrics, statistical tests and stress tests. Pure: the same predictions, whatever their order, and the same
 * options give bit-identical figures.
 *
 * @param features Importance and drift of the features, if known.
 * @throws GurukulError BadSchema where the tables of the market do not have the same rows.
 */
export function computeFigures(
  sets: PredictionSets,
  options: FigureOptions,
  features: FeatureInputs = NO_FEATURES,
): Figures {
  offEventLoop('computeFigures');
  const parts = cohortsOf(sets).map((rows) => measureCohort(rows, options));
  const { events, ...figures } = figuresOf(parts, options, features, sets.choiceReturns);
  const { holding } = figures.metrics.forward.student.strategy;
  return { ...figures, stressTests: { events, ...measureShocks(sets, options, holding) } };
}

/** All figures but those of shocked bars, from what was measured of each cohort, whatever their order. */
export function figuresOf(
  parts: readonly CohortParts[],
  options: FigureOptions,
  features: FeatureInputs,
  choiceReturns: ChoiceReturns | undefined,
): JoinedFigures {
  const days = parts.map((part) => part.days);
  const { draws, insideDraws, tradedDates } = commonDates(parts.map(armDates), options);
  const context = { options, draws, tradedDates, tiles: days.map(({ ranking }) => ranking) };
  const forward = <Name extends keyof CohortParts['forward']>(name: Name): CohortParts['forward'][Name][] =>
    parts.map((part) => part.forward[name]);
  return joinFigures({
    arms: {
      forward: {
        ...byName(['teacher', 'placebo', 'studentPlacebo'] as const, (name) =>
          measureForwardArm(name, forward(name), context),
        ),
        student: measureStudentArm(forward('student'), context),
      },
      validation: byName(VALIDATION_ARMS, (name) =>
        measureValidationArm(
          parts.map((part) => part.validation[name]),
          { options, draws: insideDraws },
        ),
      ),
    },
    ...{ days, draws, options, features, choiceReturns },
  });
}

/** The rows of each cohort: what its figures are computed from. */
export function cohortsOf(sets: PredictionSets): FigureRows[] {
  const indexed = sets.market && indexMarket(sets.market);
  const cohorts = new Map<string, Record<string, readonly number[]>>();
  for (const name of MODEL_NAMES)
    for (const [cohort, rows] of rowsByCohort(sets[name] ?? { window: [] }, () => true)) {
      const known = cohorts.get(cohort) ?? {};
      cohorts.set(cohort, { ...known, [name]: rows });
    }
  const place = forwardPlaces(sets.student);
  return Array.from(cohorts, ([cohort, rows]) => ({
    ...{ cohort, sets, rows, market: indexed },
    variants: variantsOf(sets, rows['student'] ?? [], place),
  }));
}

/** The variants on a cohort's forward rows. @param place From `forwardPlaces`. */
function variantsOf(
  { student, variants }: PredictionSets,
  rows: readonly number[],
  place: Int32Array,
): CohortVariants | undefined {
  const forward = rows.filter((row) => (place[row] ?? -1) >= 0);
  return variants === undefined || forward.length === 0
    ? undefined
    : { predictions: student, rows: forward, place, variants };
}
