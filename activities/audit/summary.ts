import { describeLabel } from '../../data/schemas/label-rule.js';
import { percent, table, tallies, thousands, fixed } from '../texts/markdown.js';
import type { BundleFacts } from './facts.js';
import { describeFeatures } from './feature-lines.js';
import { forwardTable } from './forward-table.js';
import { BUNDLE } from './layout.js';
import { recommend, verdictsOf } from './promotion-rules.js';

/** summary.md: the whole run on a page. */
export function renderSummary(facts: BundleFacts): string {
  const { config, ingest, integrity, metrics, statTests, stressTests, plan, students, windows } = facts;
  const verdicts = verdictsOf(facts);
  const { recommendation, reasons } = recommend(verdicts);
  const figures = forwardTable(facts);
  const { teacher } = metrics.forward;
  return `# Audit summary

**Recommendation: ${recommendation}.**

${reasons.map((reason) => `- ${reason}`).join('\n')}

## What was trained

${describeRun(facts)}

Windows: ${windows.planned} planned, ${windows.succeeded} succeeded, ${windows.skipped} skipped (${tallies(windows.skippedBy)}), ${windows.failed} failed (${tallies(windows.failedBy)}). Cohorts: ${plan.cohorts.length}. Students: ${students.length}. Configurations compared: ${metrics.options.trials}.
${failureList(facts)}
## On which bars

${describeBars(facts)}

${table(
  ['symbols', 'status', 'bars'],
  (['ok', 'no_bars', 'excluded', 'refused'] as const).map((status) => {
    const series = ingest.series.filter((record) => record.status === status);
    return [String(series.length), status, thousands(series.reduce((sum, record) => sum + record.bars, 0))];
  }),
)}

## Forward figures

Bars after each window, never seen in training: ${thousands(teacher.rows)} rows, ${teacher.symbols} symbols, ${teacher.dates} dates from ${teacher.first ?? 'none'} to ${teacher.last ?? 'none'}. In brackets the 95 % interval of a block bootstrap by date (${metrics.method.replicates} replicates, blocks of ${metrics.method.block} dates). The placebo is the same code on bars that are drawn anew, by chance, from the symbol's own bars up to then.

${table(figures.head, figures.rows)}

## Features

${describeFeatures(facts)}

## Leakage probes

Run before the figures, on the run's own bars: labels in every cohort, features on symbols and dates drawn from the seed. One finding, and there would be no bundle.

${table(
  ['probe', 'holds', 'symbols', 'at', 'rows', 'findings'],
  integrity.probes.map(({ probe, claim, symbols, at, rows, findings }) => [
    probe,
    claim,
    symbols.length > 8 ? String(symbols.length) : symbols.join(', '),
    at.join(', '),
    thousands(rows),
    String(findings),
  ]),
)}

## Questions and answers

${table(
  ['question', 'answer', 'because', 'rule'],
  verdicts.map(({ question, answer, because, rule }) => [question, answer, because, rule]),
)}

Sharpe ratio after costs, per holding of ${config.horizon} bars: ${fixed(statTests.netSharpe.sharpe, 3)} over ${statTests.netSharpe.independentHoldings} independent holdings; probabilistic ${fixed(statTests.netSharpe.probabilistic, 3)}, deflated by the ${statTests.netSharpe.trials} configurations that this run compares ${fixed(statTests.netSharpe.deflated, 3)}. How many its home has tried on the same bars and labels, and the ratio deflated by those, is in run.json: it tells of other runs, so it is signed, but outside the digest.

## On the hardest dates

${
  stressTests.events.length === 0
    ? 'No forward rows.'
    : table(
        ['from', 'event', 'rows', 'market', 'strategy', 'base rate', 'said', 'AUC'],
        stressTests.events.map((event) => [
          event.date,
          event.note,
          thousands(event.rows),
          percent(event.marketReturn),
          percent(event.strategyReturn),
          fixed(event.baseRate, 3),
          fixed(event.meanProbability, 3),
          fixed(event.auc, 3),
        ]),
      )
}

## How to read this

${metrics.method.notes.map((note) => `- ${note}`).join('\n')}
- Costs in basis points of the value traded: ${Object.entries(metrics.method.costsBps)
    .map(([name, bps]) => `${name} ${bps}`)
    .join(', ')} (stamp duty on buying only).

Everything here is computed from predictions/*.parquet; \`gurukul audit verify\` computes it again.
`;
}

/** What was trained, in a paragraph. */
export function describeRun({ config, plan }: BundleFacts): string {
  const symbols = new Set(plan.items.map((item) => item.symbol)).size;
  return `One teacher for each of ${symbols} symbols (universe ${config.universe}) and each window of ${config.windowDays} days from ${config.from} to ${config.to}, on ${config.interval} bars. A label is 1 where ${describeLabel(config)}. Each teacher starts from its cohort's universe-wide prior, learnt from labels resolved before its window ends; each cohort's student is distilled from its teachers' probabilities. Seed ${config.seed}.`;
}

/** Where the bars are from, in a paragraph. */
export function describeBars({ ingest }: BundleFacts): string {
  const used = ingest.series.filter((record) => record.bars > 0);
  const first = used.map((record) => record.first ?? '').sort()[0];
  const last = used
    .map((record) => record.last ?? '')
    .sort()
    .at(-1);
  const findings = used.reduce(
    (sum, record) => sum + Object.values(record.findings).reduce((inner, n) => inner + n, 0),
    0,
  );
  return `Source ${ingest.source}, ${ingest.interval} bars of ${used.length} symbols, ${first ?? 'none'} to ${last ?? 'none'}; digest of all series \`${ingest.digest}\`. ${thousands(findings)} findings of the ingest, by symbol and code in configs/ingest.json.`;
}

/** Failed windows that the summary names; all are in teachers.jsonl. */
const NAMED_FAILURES = 20;

function failureList({ failures }: BundleFacts): string {
  if (failures.length === 0) return '';
  const named = failures
    .slice(0, NAMED_FAILURES)
    .map(({ window, error, message }) => `- ${window}: ${error ?? ''}${message ? ` (${message})` : ''}`);
  const rest = failures.length - named.length;
  return `
Failed in training:

${named.join('\n')}${rest > 0 ? `\n- and ${rest} more, in ${BUNDLE.teachers}` : ''}
`;
}
