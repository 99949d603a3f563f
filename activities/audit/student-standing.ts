import type { EffectTest } from '../../data/schemas/effect-tests.js';
import { fixed } from '../texts/format-numbers.js';
import type { BundleFacts } from './bundle-facts.js';

/**
 * How the students stand beside their teachers and the sum of simple factors, a plain sentence for each. Worse than the
 * teachers is a difference of more than one standard error; below the factors is any.
 */
export function studentStanding({ statTests }: Pick<BundleFacts, 'statTests'>): string[] {
  const { studentLessTeacher, studentRanksBeyondFactorSum, studentNeutralBeyondFactorSum } = statTests;
  return [
    besideTeachers('log-loss', 'nats per row', studentLessTeacher.logLoss),
    besideTeachers('neutral rank IC', 'a day', studentLessTeacher.neutral),
    besideFactors('raw', studentRanksBeyondFactorSum),
    besideFactors('neutral', studentNeutralBeyondFactorSum),
  ];
}

function besideTeachers(figure: string, unit: string, { estimate, standardError }: EffectTest): string {
  if (estimate === null || standardError === null)
    return `It is not known how the students’ ${figure} compares with that of their teachers.`;
  const by = `${fixed(Math.abs(estimate), 4)} ${unit}, standard error ${fixed(standardError, 4)}`;
  if (estimate < -standardError)
    return `The students are worse than their teachers in ${figure}, by more than one standard error (${by}).`;
  return `The students’ ${figure} is ${estimate < 0 ? 'worse than that of their teachers, but within one standard error' : 'no worse than that of their teachers'} (${by}).`;
}

function besideFactors(kind: 'raw' | 'neutral', { estimate, standardError }: EffectTest): string {
  if (estimate === null)
    return `It is not known how the students’ ${kind} rank IC compares with simple factors.`;
  const by = `by ${fixed(Math.abs(estimate), 4)} a day, standard error ${fixed(standardError, 4)}`;
  return estimate < 0
    ? `The students rank worse than the sum of simple factors, ${kind} (${by}).`
    : `The students rank no worse than the sum of simple factors, ${kind} (${by}).`;
}
