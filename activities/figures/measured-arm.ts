import type { Examination } from '../../data/schemas/examination.js';
import type { ArmFigures, FigureOptions, SharpeTest } from '../../data/schemas/metrics.js';
import type { StressEvent } from '../../data/schemas/stress.js';
import type { ArmCohort, CoreFigures, PreparedArm } from './arm.js';
import { armOf, coreFigures, replicateFigures } from './arm.js';
import { armFigures } from './arm-figures.js';
import type { TradedFigures, TradedStudent } from './backtest/traded-arms.js';
import { tradedModel, tradedStudent } from './backtest/traded-arms.js';
import type { ForwardArm } from './cohort-parts.js';
import type { DateDraws } from './date-draws.js';
import { drawsOf } from './date-draws.js';
import { accuracyTests } from './examination/accuracy-tests.js';
import { symbolTests } from './examination/symbol-tests.js';
import type { RankingTile } from './ranking/ranking-tile.js';
import { sharpeTest } from './sharpe-test.js';
import { extremeDays } from './stress/extreme-days.js';

/** All that is known of one model on one split, without its rows. */
export interface MeasuredArm {
  readonly rows: number;
  /** Ascending. */
  readonly dates: readonly string[];
  readonly core: CoreFigures;
  /** Core figures of every bootstrap replicate; all arms of a split share the drawn dates. */
  readonly replicates: readonly CoreFigures[];
  readonly figures: ArmFigures;
}

/** A model on the rows after its windows: what a promotion is decided by. */
export interface ForwardMeasured extends MeasuredArm {
  /** Of the strategy's returns after costs, and of those above equal weights. */
  readonly sharpe: { readonly net: SharpeTest; readonly active: SharpeTest };
  /** Undefined of a model that is not traded in the backtest. */
  readonly traded: TradedFigures | undefined;
}

/** The model that is examined, and that a promotion would put into use. */
export interface ExaminedMeasured extends ForwardMeasured {
  readonly examined: Pick<Examination, 'dieboldMariano' | 'symbols'>;
  /** On extreme dates. */
  readonly events: readonly StressEvent[];
  readonly backtest: TradedStudent;
}

/** What all arms of a split are measured with. */
export interface ArmContext {
  readonly options: FigureOptions;
  readonly draws: DateDraws;
}

/** What forward arms are measured with. */
export interface ForwardContext extends ArmContext {
  /** Dates of the forward rows of each model of the backtest. */
  readonly tradedDates: readonly (readonly string[])[];
  /** What is known of the rows, by cohort. */
  readonly tiles: readonly RankingTile[];
}

/** One arm of all cohorts, with its replicates. Its rows are needed by nobody afterwards. */
export function measureValidationArm(cohorts: readonly ArmCohort[], context: ArmContext): MeasuredArm {
  return measured(armOf(cohorts, context.options.horizon), context);
}

/** The same of forward rows. */
export function measureForwardArm(
  name: Exclude<ForwardArm, 'student'>,
  cohorts: readonly ArmCohort[],
  context: ForwardContext,
): ForwardMeasured {
  const arm = armOf(cohorts, context.options.horizon);
  return {
    ...forwardMeasured(arm, context),
    traded: name === 'studentPlacebo' ? undefined : tradedModel(name, arm, context),
  };
}

/** The same of the students, which are examined. */
export function measureStudentArm(cohorts: readonly ArmCohort[], context: ForwardContext): ExaminedMeasured {
  const arm = armOf(cohorts, context.options.horizon);
  const backtest = tradedStudent(arm, context);
  return {
    ...forwardMeasured(arm, context),
    traded: backtest.student,
    examined: { dieboldMariano: accuracyTests(arm), symbols: symbolTests(arm) },
    events: extremeDays(arm, context.options.market),
    backtest,
  };
}

function measured(arm: PreparedArm, { draws }: ArmContext): MeasuredArm {
  const replicates = replicateFigures(arm, drawsOf(draws, arm.sample.dates));
  return {
    rows: arm.sample.rows,
    dates: arm.sample.dates,
    core: coreFigures(arm),
    replicates,
    figures: armFigures(arm, replicates),
  };
}

function forwardMeasured(arm: PreparedArm, context: ArmContext): Omit<ForwardMeasured, 'traded'> {
  const { trials } = context.options;
  return {
    ...measured(arm, context),
    sharpe: {
      net: sharpeTest(arm, arm.net.perRootBar, trials),
      active: sharpeTest(arm, arm.active.perRootBar, trials),
    },
  };
}
