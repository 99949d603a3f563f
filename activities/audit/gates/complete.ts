import type { Gate } from '../../../data/schemas/gates.js';
import { shortPercent } from '../../texts/format-numbers.js';
import type { GateFacts } from './gate.js';
import { gateOf } from './gate.js';
import { keeps, worst } from './verdicts.js';

/** Few windows failed, and every cohort that has teachers has a student. */
export function completeGate(facts: GateFacts): Gate {
  const { windows, students, taughtCohorts: taught } = facts;
  const trained = windows.succeeded + windows.failed;
  const rate = trained === 0 ? null : windows.failed / trained;
  const without = taught.filter((cohort) => !students.includes(cohort));
  return gateOf(facts, 'complete', 'Is the run complete?', ({ limits }) => ({
    verdict: worst([
      keeps(rate, (value) => value <= limits.failureRate),
      without.length > limits.cohortsWithoutStudent ? 'fail' : 'pass',
    ]),
    figure: rate,
    unit: 'share of trained windows that failed',
    because: `${windows.failed} of ${trained} windows failed in training; ${students.length} of ${taught.length} cohorts with teachers have a student${without.length === 0 ? '' : `, not ${without.join(', ')}`}`,
    rule: `at most ${shortPercent(limits.failureRate)} failed, and at most ${limits.cohortsWithoutStudent} cohorts without a student`,
  }));
}
