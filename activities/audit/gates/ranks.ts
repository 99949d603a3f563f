import type { Gate } from '../../../data/schemas/gates.js';
import { fixed } from '../../texts/format-numbers.js';
import type { GateFacts } from './gate.js';
import { gateOf, testText } from './gate.js';
import { isAbove, isNotBelow, worst } from './verdicts.js';

/**
 * The students' score ranks symbols beyond their exposures: above zero, above both placebos, and not below the sum of
 * simple factors. Where a placebo is below chance, beating it alone would be too easy; where it is above, beating chance.
 */
export function ranksGate(facts: GateFacts): Gate {
  const { statTests, metrics } = facts;
  const {
    studentRanksNeutral: own,
    studentNeutralBeatsPlacebo: placebo,
    studentNeutralBeatsPermuted: permuted,
    studentNeutralBeyondFactorSum: factors,
  } = statTests;
  // A run without permuted teachers is compared with the other placebo alone.
  const above = [own, placebo, ...(permuted.estimate === null ? [] : [permuted])];
  const { confidence } = metrics.method;
  return gateOf(
    facts,
    'ranks',
    'Do the students rank symbols beyond exposures, placebo and simple factors?',
    ({ limits, materiality }) => ({
      verdict: worst([
        ...above.map((test) => isAbove(test, limits.pValue, materiality)),
        isNotBelow(factors, limits.errorsBelowFactors, materiality),
      ]),
      figure: own.estimate,
      unit: own.unit,
      because: [
        ...above.map((test) => testText(test, confidence)),
        `${factors.unit}: ${fixed(factors.estimate, 4)} ± ${fixed(factors.standardError, 4)} (standard error)`,
      ].join('; '),
      rule: `significantly above zero and above both placebos (p at most ${limits.pValue} and the whole interval above zero), and not below the sum of simple factors by more than ${limits.errorsBelowFactors} standard errors; "not enough data" where a difference of ${materiality ?? 0} could not have been seen`,
    }),
  );
}
