import type { Briefing } from '../../data/schemas/briefing.js';
import type { BundleFacts } from './bundle-facts.js';
import { driftedFeatures, mostImportant } from './feature-texts.js';
import { gatesOf, recommendationOf, verdictsOf } from './gates/gates.js';
import { informingAnswers } from './informing-answers.js';

/** promotion_briefing.json */
export function briefingOf(facts: BundleFacts): Briefing {
  const { teacher, placebo, student } = facts.metrics.forward;
  const gates = gatesOf(facts);
  return {
    ...recommendationOf(gates),
    verdicts: verdictsOf(gates),
    gates,
    informs: informingAnswers(facts),
    policy: { digest: facts.policyDigest, version: facts.policy.version },
    student: studentOf(facts),
    forward: {
      rows: teacher.rows,
      symbols: teacher.symbols,
      dates: teacher.dates,
      first: teacher.first,
      last: teacher.last,
      baseRate: teacher.baseRate,
      logLoss: teacher.logLoss,
      baselineLogLoss: teacher.baseline.logLoss,
      skill: teacher.skill,
      auc: teacher.auc,
      rankIc: teacher.rankIc.mean,
      ece: teacher.calibration.ece,
      netSharpe: teacher.strategy.net.sharpe,
      pooledSkill: teacher.pooledRate.skill,
      placeboPooledSkill: placebo.pooledRate.skill,
      placeboAuc: placebo.auc,
      cohortAuc: teacher.cohortAuc,
      placeboCohortAuc: placebo.cohortAuc,
      studentSkill: student.skill,
      studentAuc: student.auc,
    },
    ranking: rankingOf(facts),
    windows: {
      ...facts.windows,
      skippedBy: { ...facts.windows.skippedBy },
      failedBy: { ...facts.windows.failedBy },
    },
    students: facts.students.length,
    trials: facts.metrics.options.trials,
    features: mostImportant(facts).map(({ feature, importance, drift }) => ({
      feature,
      lossRise: importance.lossRise,
      psi: drift.psi,
    })),
    strayed: driftedFeatures(facts).map(({ feature }) => feature),
  };
}

function studentOf({ metrics, statTests }: BundleFacts): NonNullable<Briefing['student']> {
  const { student, studentPlacebo } = metrics.forward;
  return {
    rows: student.rows,
    logLoss: student.logLoss,
    baselineLogLoss: student.baseline.logLoss,
    skill: student.skill,
    pooledSkill: student.pooledRate.skill,
    placeboPooledSkill: studentPlacebo.pooledRate.skill,
    cohortAuc: student.cohortAuc,
    rankIc: student.rankIc.mean,
    neutralRankIc: statTests.studentRanksNeutral.estimate,
    ece: student.calibration.ece,
    activePerYear: student.strategy.active.meanPerYear,
    deflated: statTests.studentActiveSharpe.deflated,
  };
}

function rankingOf({ metrics: { ranking } }: BundleFacts): Briefing['ranking'] {
  const names = ['student', 'teacher', 'factorSum', 'studentPlacebo', 'placebo', 'permuted'] as const;
  const scores = names.map((name) => {
    const at = ranking.rows
      .find((row) => row.name === name)
      ?.horizons.find(({ horizon }) => horizon === ranking.headline);
    return { name, raw: at?.raw.mean ?? null, neutral: at?.neutral.mean ?? null };
  });
  return { horizon: ranking.headline, scores };
}
