import type { Gate } from '../../../data/schemas/gates.js';
import { fixed, thousands } from '../../texts/format-numbers.js';
import type { GateFacts } from './gate.js';
import { gateOf } from './gate.js';

/** Enough rows, dates, symbols and cohorts, and a rank IC that they could show. Where not, no figure says anything. */
export function evidenceGate(facts: GateFacts): Gate {
  const { metrics } = facts;
  const { rows, dates, symbols } = metrics.forward.student;
  const cohorts = facts.forwardCohorts.length;
  const neutral = metrics.ranking.rows
    .find(({ name }) => name === 'student')
    ?.horizons.find(({ horizon }) => horizon === metrics.ranking.headline)?.neutral;
  const detectable = neutral?.detectable ?? null;
  return gateOf(facts, 'evidence', 'Is there enough evidence?', ({ limits }) => {
    const enough =
      rows >= limits.rows &&
      dates >= limits.dates &&
      symbols >= limits.symbols &&
      cohorts >= limits.cohorts &&
      detectable !== null &&
      detectable <= limits.detectableIc;
    return {
      verdict: enough ? 'pass' : 'not enough data',
      figure: detectable,
      unit: 'least detectable daily neutral rank IC',
      because: `${thousands(rows)} forward rows of the students, ${dates} dates, ${symbols} symbols, ${cohorts} cohorts; ${neutral?.reason ?? `the least daily neutral rank IC that they could show is ${fixed(detectable, 4)}`}`,
      rule: `at least ${thousands(limits.rows)} rows, ${limits.dates} dates, ${limits.symbols} symbols and ${limits.cohorts} cohorts, and a least detectable IC of at most ${limits.detectableIc}`,
    };
  });
}
