import type { Briefing } from '../../data/schemas/briefing.js';
import type { Gate, GateVerdict } from '../../data/schemas/gates.js';
import type { GateId } from '../../data/schemas/policy.js';
import { fixed } from '../texts/format-numbers.js';
import type { BundleFacts } from './bundle-facts.js';
import type { PlotName } from './bundle-layout.js';
import { decisiveGate, gatesOf, recommendationOf } from './gates/gates.js';

/** What a reviewer sees first: yes or no, why, and the figure that decides. */
export interface FirstScreen extends Pick<Briefing, 'recommendation' | 'reasons'> {
  /** In plain words. */
  readonly answer: string;
  /** The figure that decides, in a sentence. */
  readonly figure: string;
  /** Its chart; undefined where it has none. */
  readonly chart: PlotName | undefined;
  readonly gates: readonly Gate[];
}

export function firstScreen(facts: BundleFacts): FirstScreen {
  const gates = gatesOf(facts);
  const { recommendation, reasons } = recommendationOf(gates);
  const decisive = decisiveGate(gates);
  return {
    ...{ recommendation, reasons, gates },
    answer: answerOf(gates, recommendation, decisive),
    figure:
      decisive === undefined
        ? ''
        : `What decides: ${decisive.unit} ${fixed(decisive.figure, 4)} (limits: ${limitsText(decisive)}). ${decisive.why}`,
    chart: decisive === undefined ? undefined : CHARTS[decisive.id],
  };
}

/** Head and rows of the table of gates. */
export function gateTable(gates: readonly Gate[]): { head: string[]; rows: string[][] } {
  return {
    head: ['gate', 'verdict', 'evidence', 'rule', 'why'],
    rows: gates.map(({ question, verdict, because, rule, why }) => [question, verdict, because, rule, why]),
  };
}

const CHARTS: Readonly<Partial<Record<GateId, PlotName>>> = {
  evidence: 'ic_decay.svg',
  ranks: 'ic_decay.svg',
  calibrated: 'reliability.svg',
  net: 'equity.svg',
};

function answerOf(
  gates: readonly Gate[],
  recommendation: Briefing['recommendation'],
  decisive: Gate | undefined,
): string {
  if (recommendation === 'promote')
    return `Yes: the students of this run may be promoted. All ${gates.length} gates pass.`;
  const count = (verdict: GateVerdict): number => gates.filter((gate) => gate.verdict === verdict).length;
  const [failed, unknown] = [count('fail'), count('not enough data')];
  const counts = [
    ...(failed === 0 ? [] : [`${failed} of ${gates.length} gates ${failed === 1 ? 'fails' : 'fail'}`]),
    ...(unknown === 0
      ? []
      : [`${unknown} of ${gates.length} ${unknown === 1 ? 'has' : 'have'} not enough data`]),
  ];
  const asked = decisive === undefined ? '' : ` ${decisive.question} ${SHORT[decisive.verdict]}.`;
  return `No: the students of this run should not be promoted. ${counts.join(', ')}.${asked}`;
}

const SHORT: Readonly<Record<GateVerdict, string>> = {
  pass: 'Yes',
  fail: 'No',
  'not enough data': 'There is not enough data to say',
};

function limitsText({ limit }: Gate): string {
  return Object.entries(limit)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
