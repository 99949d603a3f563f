import type { EffectTest, SharpeTest, StatTests } from '../../data/schemas/metrics.js';
import type { Arm, CoreFigures } from './arm.js';
import { coreFigures } from './arm.js';
import { confidenceInterval, pValueAboveZero, standardError } from '../stats/block-bootstrap.js';
import { deflatedBenchmark, probabilisticSharpe, sharpeMoments, sharpeVariance } from '../stats/sharpe.js';
import { activeReturns } from './strategy.js';

/** One model's rows with its replicates, drawn with the same dates as the others'. */
export interface BootstrappedArm {
  readonly arm: Arm;
  readonly replicates: readonly CoreFigures[];
}

/** Unit of what is held against a reference that no window's own rate can make easy. */
const POOLED_SKILL = 'skill against the pooled past rate';

/**
 * The tests that a promotion rests on, all on forward rows.
 *
 * Teachers and placebo are compared by skill against the pooled past rate, each on its own labels. Skill
 * against the rate of each window would not do: real windows are calm or wild for a while, so their rates
 * are worse guides to what follows than those of redrawn returns, and a model that knows nothing but the
 * average would seem to beat its placebo.
 */
export function statTests(
  teacher: BootstrappedArm,
  placebo: BootstrappedArm,
  student: BootstrappedArm,
  trials: number,
): StatTests {
  const saves = (figures: CoreFigures): number | null => minus(figures.baselineLogLoss, figures.logLoss);
  return {
    teacherBeatsBaseRate: effectTest(
      'The teachers lose less than the base rate of each window',
      'nats of log-loss per row',
      [teacher],
      ([figures]) => (figures === undefined ? null : saves(figures)),
    ),
    teacherBeatsPlacebo: effectTest(
      'The teachers have more skill than teachers of redrawn returns',
      POOLED_SKILL,
      [teacher, placebo],
      ([real, sham]) => minus(real?.pooledSkill ?? null, sham?.pooledSkill ?? null),
    ),
    teacherAucBeatsPlacebo: effectTest(
      'The teachers rank better than teachers of redrawn returns',
      'AUC',
      [teacher, placebo],
      ([real, sham]) => minus(real?.auc ?? null, sham?.auc ?? null),
    ),
    teacherBeatsPooledRate: effectTest(
      'The teachers have skill against the pooled past rate',
      POOLED_SKILL,
      [teacher],
      ([figures]) => figures?.pooledSkill ?? null,
    ),
    placeboBeatsPooledRate: effectTest(
      'Teachers of redrawn returns have skill against the pooled past rate',
      POOLED_SKILL,
      [placebo],
      ([figures]) => figures?.pooledSkill ?? null,
    ),
    studentBeatsBaseRate: effectTest(
      'The students lose less than the base rate of each window',
      'nats of log-loss per row',
      [student],
      ([figures]) => (figures === undefined ? null : saves(figures)),
    ),
    netSharpe: sharpeTest(teacher.arm, teacher.arm.strategy.net, trials),
    activeSharpe: sharpeTest(teacher.arm, activeReturns(teacher.arm.strategy), trials),
  };
}

function effectTest(
  claim: string,
  unit: string,
  arms: readonly BootstrappedArm[],
  effect: (figures: readonly CoreFigures[]) => number | null,
): EffectTest {
  const estimate = effect(arms.map(({ arm }) => coreFigures(arm)));
  const draws = arms[0]?.replicates.length ?? 0;
  const replicates = Array.from({ length: draws }, (_, draw) =>
    effect(
      arms.flatMap((arm) => {
        const figures = arm.replicates[draw];
        return figures === undefined ? [] : [figures];
      }),
    ),
  );
  return {
    claim,
    unit,
    estimate,
    standardError: standardError(replicates),
    ...confidenceInterval(replicates),
    pValue: pValueAboveZero(estimate, replicates),
    rows: arms[0]?.arm.sample.rows ?? 0,
    dates: arms[0]?.arm.sample.dates.length ?? 0,
  };
}

/**
 * A Sharpe ratio deflated by another number of trials than its own test counts, from what the test has
 * kept of the returns.
 */
export function deflateBy(
  {
    independentHoldings: n,
    sharpe,
    skew,
    kurtosis,
  }: Pick<SharpeTest, 'independentHoldings' | 'sharpe' | 'skew' | 'kurtosis'>,
  trials: number,
): { readonly trials: number; readonly benchmark: number | null; readonly deflated: number | null } {
  const unknown = { trials, benchmark: null, deflated: null };
  if (sharpe === null || skew === null || kurtosis === null) return unknown;
  const moments = { n, sharpe, skew, kurtosis };
  const variance = sharpeVariance(moments);
  if (variance === null) return unknown;
  const benchmark = deflatedBenchmark(trials, variance);
  return { trials, benchmark, deflated: probabilisticSharpe(moments, benchmark) };
}

function sharpeTest({ strategy }: Arm, returns: Float64Array, trials: number): SharpeTest {
  const independentHoldings = Math.floor(returns.length / strategy.horizon);
  const moments = sharpeMoments(returns, independentHoldings);
  const test = {
    independentHoldings,
    sharpe: moments?.sharpe ?? null,
    skew: moments?.skew ?? null,
    kurtosis: moments?.kurtosis ?? null,
    probabilistic: moments === null ? null : probabilisticSharpe(moments, 0),
  };
  const { benchmark, deflated } = deflateBy(test, trials);
  return { ...test, trials, deflatedBenchmark: benchmark, deflated };
}

function minus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}
