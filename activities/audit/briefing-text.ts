import { markdownText } from '../../data/text/safe-text.js';
import { table } from '../texts/markdown.js';
import type { BundleFacts } from './bundle-facts.js';
import { BUNDLE } from './bundle-layout.js';
import { describeBars, describeRun, describeWindows } from './describe-run.js';
import { INFORMS, describePolicy, describeStudents, informTable } from './describe-gates.js';
import { describeFeatures } from './feature-texts.js';
import { firstScreen, gateTable } from './first-screen.js';
import { forwardTable } from './forward-table.js';
import { headlineTable } from './headline-table.js';
import { describeRanking, describeStrategy, rankingTable } from './ranking-table.js';
import { studentStanding } from './student-standing.js';
import { studentTable } from './student-table.js';

/** promotion_briefing.md */
export function renderBriefingText(facts: BundleFacts): string {
  const screen = firstScreen(facts);
  const { head, rows } = forwardTable(facts);
  const ranking = rankingTable(facts);
  const headline = headlineTable(facts);
  const gates = gateTable(screen.gates);
  const students = studentTable(facts);
  const informs = informTable(facts);
  return `# Promotion briefing

**Recommendation: ${screen.recommendation}.**

${screen.answer}

${markdownText(screen.figure)}${screen.chart === undefined ? '' : ` Its chart is ${BUNDLE.plots}/${screen.chart}.`}

${table(headline.head, headline.rows)}

${studentStanding(facts).join(' ')}

${screen.reasons.map((reason) => `- ${reason}`).join('\n')}

## Gates

${describePolicy(facts)}

${table(
  gates.head,
  gates.rows.map(([question = '', verdict = '', ...more]) => [
    question,
    `**${verdict}**`,
    ...more.map(markdownText),
  ]),
)}

## What informs

${INFORMS}

${table(informs.head, informs.rows)}

## Students

${describeStudents(facts)}

${table(students.head, students.rows)}

## What was trained

${describeRun(facts, markdownText)}

${describeBars(facts)}

${describeWindows(facts)}

${table(head, rows)}

${describeStrategy(facts)}

${describeRanking(facts)}

${table(ranking.head, ranking.rows)}

${describeFeatures(facts)}

The recommendation follows from the gates; the decision is the reviewer's. Before approving, look at the plots, read the rules in the tables above, and run \`gurukul audit verify\` on this folder.
`;
}
