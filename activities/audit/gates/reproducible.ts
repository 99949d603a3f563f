import type { Gate } from '../../../data/schemas/gates.js';
import type { GateFacts } from './gate.js';
import { gateOf } from './gate.js';

/** A cohort that was trained again gave the same files. */
export function reproducibleGate(facts: GateFacts): Gate {
  const { reproduction } = facts;
  return gateOf(facts, 'reproducible', 'Does training a cohort again give the same model?', ({ limits }) => {
    const rule = `at most ${limits.differences} files of a cohort that was trained again differ`;
    const unit = 'files that differ';
    if (reproduction === undefined || reproduction.files === 0)
      return {
        ...{ verdict: 'not enough data', figure: null, unit, rule },
        because: 'no cohort was trained a second time',
      };
    const { cohort, files, equal, differences } = reproduction;
    const differing = files - equal;
    return {
      verdict: differing <= limits.differences && differences.length <= limits.differences ? 'pass' : 'fail',
      ...{ figure: differing, unit, rule },
      because: `cohort ${cohort} was trained again: ${equal} of ${files} files have the same digest${differences.length === 0 ? '' : `, not ${differences.map(({ unit: of, file }) => `${file} of ${of}`).join(', ')}`}`,
    };
  });
}
