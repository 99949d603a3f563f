import type { Gate, GateVerdict } from '../../../data/schemas/gates.js';
import { DETECTABLE_ERRORS } from '../../figures/ranking/daily-series.js';
import { fixed, percent } from '../../texts/format-numbers.js';
import type { GateFacts } from './gate.js';
import { gateOf } from './gate.js';
import { isBlind } from './verdicts.js';

/** The students' strategy earns more than equal weights after costs, luck of all configurations counted. */
export function netGate(facts: GateFacts): Gate {
  const { studentActiveSharpe, studentBeatsEqualWeight } = facts.statTests;
  const { deflated, trials } = studentActiveSharpe;
  const { estimate, standardError } = studentBeatsEqualWeight;
  const least = standardError === null ? null : DETECTABLE_ERRORS * standardError;
  return gateOf(
    facts,
    'net',
    'Does it earn more than it costs, luck counted?',
    ({ limits, materiality }) => ({
      verdict: verdictOf({ deflated, estimate, standardError }, { least: limits.deflated, materiality }),
      figure: deflated,
      unit: 'deflated Sharpe ratio of the return after costs above equal weights',
      because: `${percent(estimate)} a year above equal weights after costs (least that could have been seen: ${percent(least)}); its deflated Sharpe ratio is ${fixed(deflated, 3)} for the ${trials} configurations that this run compares (run.json has the one for all configurations tried in this home)`,
      rule: `deflated Sharpe ratio at least ${limits.deflated}; if not, "not enough data" where the return is above zero and one of ${percent(materiality)} a year could not have been seen`,
    }),
  );
}

function verdictOf(
  {
    deflated,
    estimate,
    standardError,
  }: {
    readonly deflated: number | null;
    readonly estimate: number | null;
    readonly standardError: number | null;
  },
  { least, materiality }: { readonly least: number; readonly materiality: number | null },
): GateVerdict {
  // Nothing is left to be luck or not.
  if (estimate !== null && estimate <= 0) return 'fail';
  if (deflated === null || estimate === null || standardError === null) return 'not enough data';
  if (deflated >= least) return 'pass';
  return isBlind(standardError, materiality) ? 'not enough data' : 'fail';
}
