import type { Logic } from '../../data/schemas/logic.js';
import { markdownText } from '../../data/text/safe-text.js';
import { table } from '../texts/markdown.js';
import type { BundleFacts } from './bundle-facts.js';
import { chosenTable, constantsTable, describeChoices } from './choices-table.js';
import {
  describeAlgorithm,
  describeDepartures,
  describeLimits,
  describeModels,
  describeOutputs,
  describePlacebos,
  describeProbes,
} from './describe-model.js';
import { describeBars, describeForward, describeRun, describeWindows } from './describe-run.js';
import { describeFeatures } from './feature-texts.js';
import { forwardTable } from './forward-table.js';
import { headlineTable } from './headline-table.js';
import { describePolicy } from './describe-gates.js';
import { gateTable } from './first-screen.js';
import { gatesOf, recommendationOf } from './gates/gates.js';
import { describeRanking, describeStrategy, rankingTable } from './ranking-table.js';

/**
 * research_report.md: what the algorithm of a bundle is and how far it can be believed, for who has to judge a new
 * one. It says nothing that the bundle's other files do not.
 */
export function renderResearchReport(facts: BundleFacts, logic: Logic): string {
  const { metrics } = facts;
  const headline = headlineTable(facts);
  const forward = forwardTable(facts);
  const ranking = rankingTable(facts);
  const chosen = chosenTable(facts);
  const gates = gatesOf(facts);
  const gated = gateTable(gates);
  const { recommendation, reasons } = recommendationOf(gates);
  return `# Research report

${describeAlgorithm(facts)}

**Recommendation of the promotion gates: ${recommendation}.**

${reasons.map((reason) => `- ${reason}`).join('\n')}

${table(headline.head, headline.rows)}

## Algorithm

${describeModels(facts)}

${describeOutputs(facts)}

${describeDepartures(facts)}

### Features of the probability

${formulas(logic.parts.features.probability)}

### Features of the score

Each as its rank among the symbols of a bar.

${formulas(logic.parts.features.score)}

### State of the market

${formulas(logic.parts.features.state)}

### Simple factors

They need no training: a score must rank at least as well as their sum.

${formulas(logic.parts.features.factors)}

### Choices

${describeChoices(facts)}

${table(chosen.head, chosen.rows)}

What no run chooses:

${constantsTable()}

## Data and universe

${describeRun(facts, markdownText)}

${describeBars(facts)}

${describeWindows(facts)}

## Methods

${describeForward(facts)}

${describePlacebos(facts)}

${describeProbes(facts)}

${metrics.method.notes.map((note) => `- ${note}`).join('\n')}

## Figures

${table(forward.head, forward.rows)}

${describeStrategy(facts)}

${describeRanking(facts)}

${table(ranking.head, ranking.rows)}

${describeFeatures(facts)}

## Gates

${describePolicy(facts)}

${table(
  gated.head,
  gated.rows.map((row) => row.map(markdownText)),
)}

## Limits

${describeLimits(facts)}
- Digest of the training code: \`${logic.parts.training.code}\`. A verification recomputes it with the same version of the program only.
`;
}

function formulas(rows: Logic['parts']['features']['score']): string {
  return table(
    ['name', 'formula', 'bars'],
    rows.map(({ name, formula, bars }) => [
      `\`${name.replaceAll('`', '')}\``,
      markdownText(formula),
      bars === undefined ? '' : String(bars),
    ]),
  );
}
