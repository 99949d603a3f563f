import type { ChoiceReturns } from '../../data/predictions/choice-returns.js';
import { STUDENT_VARIANTS } from '../../data/predictions/student-variants.js';
import type { Backtest } from '../../data/schemas/backtest.js';
import type { FigureOptions, Metrics, StatTests } from '../../data/schemas/metrics.js';
import type { StressEvent } from '../../data/schemas/stress.js';
import { CONFIDENCE, REPLICATES, blockLength, datesPerSession } from '../stats/block-bootstrap.js';
import { joinBacktest } from './backtest/backtest.js';
import { byName } from './by-name.js';
import type { CohortDays, ForwardArm, ValidationArm } from './cohort-parts.js';
import { FORWARD_ARMS, VALIDATION_ARMS } from './cohort-parts.js';
import { MIN_SYMBOLS } from './cross-section.js';
import type { DateDraws } from './date-draws.js';
import { examinationOf } from './examination/examination.js';
import type { FeatureInputs } from './feature-figures.js';
import { featureFigures } from './feature-figures.js';
import type { ExaminedMeasured, ForwardMeasured, MeasuredArm } from './measured-arm.js';
import { methodNotes } from './method-notes.js';
import { fidelityOf } from './paired/fidelity.js';
import { joinDays } from './paired/paired-days.js';
import { rankingResult } from './ranking/ranking-result.js';
import { statTests } from './stat-tests.js';
import { COST_RATES } from './strategy/cost-rates.js';
import { sideCosts } from './strategy/costs.js';
import { SESSIONS_PER_YEAR } from './strategy/returns.js';
import { TOP_SHARE } from './top-share.js';

/** All arms of a run, measured. */
export interface MeasuredArms {
  readonly forward: Readonly<Record<Exclude<ForwardArm, 'student'>, ForwardMeasured>> & {
    readonly student: ExaminedMeasured;
  };
  readonly validation: Readonly<Record<ValidationArm, MeasuredArm>>;
}

/** What figures are joined from. */
export interface JoinedInputs {
  readonly arms: MeasuredArms;
  /** Of all cohorts, in any order. */
  readonly days: readonly CohortDays[];
  /** The draws of the forward rows, which all forward arms were measured with. */
  readonly draws: DateDraws;
  readonly options: FigureOptions;
  /** Importance and drift of the features: they do not follow from predictions. */
  readonly features: FeatureInputs;
  /** Nor do these, of all cohorts; undefined where nothing was validated. */
  readonly choiceReturns: ChoiceReturns | undefined;
}

/** The figures of a run but for those of shocked bars. */
export interface JoinedFigures {
  readonly metrics: Metrics;
  readonly statTests: StatTests;
  /** The students on extreme dates. */
  readonly events: StressEvent[];
  readonly backtest: Backtest;
}

/** The model that a promotion would put into use. */
const EXAMINED = 'student';

/** A date after all rates of the cost table. */
const AFTER_ALL = '9999-12-31';

/** The second half of the figures: from what was measured of each arm and cohort. Pure. */
export function joinFigures(inputs: JoinedInputs): JoinedFigures {
  const { arms, options, draws, choiceReturns } = inputs;
  const days = [...inputs.days].sort((a, b) => (a.cohort < b.cohort ? -1 : 1));
  const ranked = rankingResult(
    days.map(({ ranking }) => ranking),
    options,
  );
  const compared = days.flatMap(({ variants }) => (variants === undefined ? [] : [variants]));
  const tests = statTests(arms.forward, ranked, {
    days: compared.length === 0 ? undefined : joinDays(STUDENT_VARIANTS, compared),
    draws: { logLoss: draws, neutral: ranked },
  });
  return {
    metrics: {
      options,
      method: methodOf(arms.forward.teacher.dates, options),
      forward: byName(FORWARD_ARMS, (name) => arms.forward[name].figures),
      validation: byName(VALIDATION_ARMS, (name) => arms.validation[name].figures),
      fidelity: fidelityOf(days.map(({ fidelity }) => fidelity)),
      ranking: ranked.ranking,
      features: featureFigures(inputs.features),
    },
    statTests: {
      ...tests,
      examination: examinationOf({
        ...{ model: EXAMINED, examined: arms.forward[EXAMINED].examined, ranking: ranked },
        ...{ horizon: options.horizon, activeSharpe: tests.studentActiveSharpe, choiceReturns },
      }),
    },
    events: [...arms.forward.student.events],
    backtest: joinBacktest(arms.forward, ranked),
  };
}

/** How the figures are computed. */
function methodOf(dates: readonly string[], { horizon, entry }: FigureOptions): Metrics['method'] {
  const { fees, brokerage, slippage, stt, stampDuty } = sideCosts(
    'delivery',
    'buy',
    dates.at(-1) ?? AFTER_ALL,
  );
  return {
    replicates: REPLICATES,
    block: blockLength(horizon, datesPerSession(dates)),
    confidence: CONFIDENCE,
    topShare: TOP_SHARE,
    minSymbols: MIN_SYMBOLS,
    sessionsPerYear: SESSIONS_PER_YEAR,
    costsBps: { brokerage, slippage, stt, fees, stampDuty },
    costRates: [...COST_RATES],
    notes: methodNotes(entry),
  };
}
