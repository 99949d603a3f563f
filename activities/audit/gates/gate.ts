import type { EffectTest } from '../../../data/schemas/effect-tests.js';
import type { Gate } from '../../../data/schemas/gates.js';
import type { GateId, GateRule } from '../../../data/schemas/policy.js';
import { fixed, shortPercent } from '../../texts/format-numbers.js';
import type { BundleFacts } from '../bundle-facts.js';

/** What gates are answered from. */
export type GateFacts = Pick<
  BundleFacts,
  | 'config'
  | 'ingest'
  | 'integrity'
  | 'metrics'
  | 'statTests'
  | 'windows'
  | 'students'
  | 'reproduction'
  | 'policy'
  | 'taughtCohorts'
  | 'forwardCohorts'
>;

/** What a gate finds by its rule. */
type Found = Pick<Gate, 'verdict' | 'figure' | 'unit' | 'because' | 'rule'>;

/** A gate with the words of its policy. */
export function gateOf<Id extends GateId>(
  { policy }: Pick<GateFacts, 'policy'>,
  id: Id,
  question: string,
  answer: (rule: GateRule<Id>) => Found,
): Gate {
  const rule = policy.gates[id];
  const { limits, materiality, why } = rule;
  return { id, question, ...answer(rule), limit: { ...limits }, why, materiality, decides: true };
}

/** A test in words. */
export function testText(
  { unit, estimate, low, high, pValue }: EffectTest,
  confidence: number,
  digits = 4,
): string {
  return `${unit}: ${fixed(estimate, digits)} (${shortPercent(confidence)} interval ${fixed(low, digits)} to ${fixed(high, digits)}, p = ${fixed(pValue, 3)})`;
}
