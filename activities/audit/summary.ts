import { markdownText } from '../../data/text/safe-text.js';
import { fixed, thousands } from '../texts/format-numbers.js';
import { table } from '../texts/markdown.js';
import type { BundleFacts } from './bundle-facts.js';
import { choicesTable, describeChoices } from './choices-table.js';
import { describeBars, describeForward, describeRun, describeWindows } from './describe-run.js';
import { INFORMS, describePolicy, describeStudents, informTable } from './describe-gates.js';
import { describeFeatures } from './feature-texts.js';
import { firstScreen, gateTable } from './first-screen.js';
import { forwardTable } from './forward-table.js';
import { headlineTable } from './headline-table.js';
import { BUNDLE } from './bundle-layout.js';
import { describeRanking, describeStrategy, partsTable, rankingTable } from './ranking-table.js';
import { describeShocks, eventsTable, shocksTable, verdictsTable } from './stress-table.js';
import { studentStanding } from './student-standing.js';
import { studentTable } from './student-table.js';

/** summary.md: the whole run on one page. */
export function renderSummary(facts: BundleFacts): string {
  const { ingest, integrity, metrics, statTests, stressTests, plan, students } = facts;
  const { recommendation, reasons, answer, gates } = firstScreen(facts);
  const gated = gateTable(gates);
  const informs = informTable(facts);
  const cohortStudents = studentTable(facts);
  const figures = forwardTable(facts);
  const ranking = rankingTable(facts);
  const headline = headlineTable(facts);
  const choices = choicesTable(facts);
  const [events, shocks, verdicts] = [
    eventsTable(stressTests),
    shocksTable(stressTests),
    verdictsTable(stressTests),
  ];
  return `# Audit summary

**Recommendation: ${recommendation}.** ${answer}

${reasons.map((reason) => `- ${reason}`).join('\n')}

${table(headline.head, headline.rows)}

${studentStanding(facts).join(' ')}

## What was trained

${describeRun(facts, markdownText)}

${describeWindows(facts)} Cohorts: ${plan.cohorts.length}. Students: ${students.length}. Configurations compared (all candidates that a cohort chooses its models from): ${metrics.options.trials}.
${failureList(facts)}
## Bars

${describeBars(facts)}

${table(
  ['symbols', 'status', 'bars'],
  (['ok', 'no_bars', 'excluded', 'refused'] as const).map((status) => {
    const series = ingest.series.filter((record) => record.status === status);
    return [String(series.length), status, thousands(series.reduce((sum, record) => sum + record.bars, 0))];
  }),
)}

## Forward figures

${describeForward(facts)}

${table(figures.head, figures.rows)}

${describeStrategy(facts)}

## Ranking

${describeRanking(facts)}

${table(ranking.head, ranking.rows)}

${(['byTile', 'byYear', 'bySector'] as const)
  .map((parts) => partsTable(facts, parts))
  .map(({ head, rows }) => (rows.length === 0 ? '' : `${table(head, rows)}\n\n`))
  .join('')}## Features

${describeFeatures(facts)}

## Leakage probes

The probes run before any figure is computed, on the run's own bars: the label probe on every cohort, the feature probes on symbols and dates drawn from the seed. A run with a finding gets no bundle.

${table(
  ['probe', 'tested property', 'symbols', 'at', 'rows', 'findings'],
  integrity.probes.map(({ probe, claim, symbols, at, rows, findings }) => [
    probe,
    claim,
    symbols.length > MAX_SYMBOLS ? String(symbols.length) : symbols.join(', '),
    at.join(', '),
    thousands(rows),
    String(findings),
  ]),
)}

## Gates

${describePolicy(facts)}

${table(
  gated.head,
  gated.rows.map((row) => row.map(markdownText)),
)}

## What informs

${INFORMS}

${table(informs.head, informs.rows)}

## Students

${describeStudents(facts)}

${table(cohortStudents.head, cohortStudents.rows)}

Sharpe ratio of the teachers after costs per holding: ${fixed(statTests.netSharpe.sharpe, 3)} over ${statTests.netSharpe.independentHoldings} independent holdings. Probabilistic Sharpe ratio: ${fixed(statTests.netSharpe.probabilistic, 3)}; deflated by the ${statTests.netSharpe.trials} configurations that this run compares: ${fixed(statTests.netSharpe.deflated, 3)} (the students’: ${fixed(statTests.studentNetSharpe.deflated, 3)}). The number of configurations that this home has tried on the same bars and labels, and the Sharpe ratio deflated by it, are in run.json. They depend on other runs, so run.json is signed but not part of the bundle digest.

## Stress tests

The students on extreme days:

${events.rows.length === 0 ? 'No forward rows.' : table(events.head, events.rows)}

${describeShocks(stressTests)}

${table(shocks.head, shocks.rows)}

${table(verdicts.head, verdicts.rows)}

## Choices

${describeChoices(facts)}

${table(choices.head, choices.rows)}

## Method

${metrics.method.notes.map((note) => `- ${note}`).join('\n')}
- Costs of buying on the last forward date, in basis points of the value traded (method.costRates in metrics.json has all rates with their dates and sources): ${Object.entries(
    metrics.method.costsBps,
  )
    .map(([name, bps]) => `${name} ${fixed(bps, 2)}`)
    .join(', ')} (stamp duty on buying only).

All figures of the models are computed from predictions/*.parquet; \`gurukul audit verify\` recomputes them.
`;
}

/** Longer lists of symbols are shown as their number. */
const MAX_SYMBOLS = 8;

/** Maximum number of failed windows in the summary; all are in teachers.jsonl. */
const MAX_FAILURES = 20;

function failureList({ failures }: BundleFacts): string {
  if (failures.length === 0) return '';
  const named = failures
    .slice(0, MAX_FAILURES)
    .map(
      ({ window, error, message }) =>
        `- ${window}: ${error ?? ''}${message ? ` (${markdownText(message)})` : ''}`,
    );
  const rest = failures.length - named.length;
  return `
Failed in training:

${named.join('\n')}${rest > 0 ? `\n- and ${rest} more, in ${BUNDLE.teachers}` : ''}
`;
}
