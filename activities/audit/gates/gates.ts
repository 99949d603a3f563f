import type { Briefing } from '../../../data/schemas/briefing.js';
import type { Gate, GateVerdict } from '../../../data/schemas/gates.js';
import { calibratedGate } from './calibrated.js';
import { completeGate } from './complete.js';
import { evidenceGate } from './evidence.js';
import type { GateFacts } from './gate.js';
import { leakGate } from './no-leak.js';
import { netGate } from './net.js';
import { ranksGate } from './ranks.js';
import { reproducibleGate } from './reproducible.js';

/** Every gate that decides, in the order of the briefing. Pure: the same facts give the same gates. */
export function gatesOf(facts: GateFacts): Gate[] {
  return [
    evidenceGate(facts),
    leakGate(facts),
    ranksGate(facts),
    calibratedGate(facts),
    netGate(facts),
    completeGate(facts),
    reproducibleGate(facts),
  ];
}

/** The recommendation: promote if every gate passes. */
export function recommendationOf(gates: readonly Gate[]): Pick<Briefing, 'recommendation' | 'reasons'> {
  const against = gates.filter(({ verdict }) => verdict !== 'pass');
  if (gates.length > 0 && against.length === 0)
    return {
      recommendation: 'promote',
      reasons: [
        `All ${gates.length} gates pass. Whether the strategy fits the portfolio is for the reviewer to decide.`,
      ],
    };
  return {
    recommendation: 'do not promote',
    reasons: against.map(
      ({ question, verdict, because, rule }) =>
        `${question} ${SHOWN[verdict]}: ${because} (required: ${rule})`,
    ),
  };
}

const SHOWN: Readonly<Record<GateVerdict, string>> = {
  pass: 'Yes',
  fail: 'No',
  'not enough data': 'Not enough data',
};

/** The gate that the first screen is about: the first that fails, else the first without enough data, else the ranking. */
export function decisiveGate(gates: readonly Gate[]): Gate | undefined {
  return (
    gates.find(({ verdict }) => verdict === 'fail') ??
    gates.find(({ verdict }) => verdict === 'not enough data') ??
    gates.find(({ id }) => id === 'ranks')
  );
}

/** The gates as answers to questions, as earlier versions have them. */
export function verdictsOf(gates: readonly Gate[]): Briefing['verdicts'] {
  return gates.map(({ id, question, verdict, because, rule }) => ({
    id,
    question,
    answer: ANSWERS[verdict],
    because,
    rule,
  }));
}

const ANSWERS = { pass: 'yes', fail: 'no', 'not enough data': 'not enough data' } as const;
