import type { EffectTest } from '../../../data/schemas/effect-tests.js';
import type { Gate } from '../../../data/schemas/gates.js';
import { fixed } from '../../texts/format-numbers.js';
import type { GateFacts } from './gate.js';
import { gateOf } from './gate.js';
import { isNotBelow, keeps, worst } from './verdicts.js';

/** The students' probabilities are calibrated, and no worse than the base rates: of the window, and of the cohort. */
export function calibratedGate(facts: GateFacts): Gate {
  const { forward } = facts.metrics;
  const { ece } = forward.student.calibration;
  const { studentBeatsBaseRate, studentBeatsPooledRate } = facts.statTests;
  const pooled = inNats(studentBeatsPooledRate, forward.student.pooledRate.logLoss);
  const text = ({ estimate, standardError }: Pick<EffectTest, 'estimate' | 'standardError'>): string =>
    `${fixed(estimate, 5)} ± ${fixed(standardError, 5)}`;
  return gateOf(
    facts,
    'calibrated',
    'Are the students’ probabilities calibrated, and no worse than the base rate?',
    ({ limits, materiality }) => ({
      verdict: worst([
        keeps(ece, (value) => value <= limits.ece),
        isNotBelow(studentBeatsBaseRate, limits.errorsBelowBaseRate, materiality),
        isNotBelow(pooled, limits.errorsBelowBaseRate, materiality),
      ]),
      figure: ece,
      unit: 'expected calibration error',
      because: `expected calibration error ${fixed(ece, 4)}; log-loss below that of the base rate of the window by ${text(studentBeatsBaseRate)} nats a row, below that of the cohort by ${text(pooled)} (standard errors)`,
      rule: `an error of at most ${limits.ece}, and a log-loss above no base rate by more than ${limits.errorsBelowBaseRate} standard errors; "not enough data" where it is above and a difference of ${materiality ?? 0} nats could not have been seen`,
    }),
  );
}

/** A skill as nats: a share of the reference's log-loss. */
function inNats(
  { estimate, standardError }: EffectTest,
  logLoss: number | null,
): Pick<EffectTest, 'estimate' | 'standardError'> {
  const scaled = (value: number | null): number | null =>
    value === null || logLoss === null ? null : value * logLoss;
  return { estimate: scaled(estimate), standardError: scaled(standardError) };
}
