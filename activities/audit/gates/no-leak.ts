import type { Gate } from '../../../data/schemas/gates.js';
import { PROBES } from '../../../data/schemas/integrity.js';
import { thousands } from '../../texts/format-numbers.js';
import { choiceAnswers } from '../flattering-choices.js';
import type { GateFacts } from './gate.js';
import { gateOf } from './gate.js';
import { worst } from './verdicts.js';

/** No probe finds a leak, and no choice of the user lets figures use what nobody could have known or traded. */
export function leakGate(facts: GateFacts): Gate {
  const { probes, findings } = facts.integrity;
  const silent = PROBES.filter((name) => !probes.some(({ probe, rows }) => probe === name && rows > 0));
  const flattering = choiceAnswers(facts).filter(({ answer }) => answer !== 'yes');
  return gateOf(
    facts,
    'no_leak',
    'Is every figure free of what nobody could have known or traded?',
    ({ limits }) => ({
      verdict: worst([
        findings.length > limits.findings || flattering.length > limits.flatteringChoices ? 'fail' : 'pass',
        silent.length > 0 ? 'not enough data' : 'pass',
      ]),
      figure: findings.length,
      unit: 'findings of the leakage probes',
      because: [
        `${findings.length} findings of the leakage probes`,
        silent.length > 0
          ? `no rows to compare for ${silent.join(', ')}`
          : probes.map(({ probe, rows }) => `${probe} ${thousands(rows)} rows`).join(', '),
        ...flattering.map(({ because }) => because),
      ].join('; '),
      rule: `at most ${limits.findings} findings, rows to compare for every probe, and at most ${limits.flatteringChoices} choices that flatter (entry at the close itself, survivors only)`,
    }),
  );
}
