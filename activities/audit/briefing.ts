import { markdownText } from '../../data/text/safe-text.js';
import type { Briefing } from '../../data/schemas/bundle.js';
import type { BundleFacts } from './bundle-facts.js';
import {
  describeDrift,
  describeFeatures,
  describeImportance,
  driftedFeatures,
  featureTable,
  mostImportant,
} from './feature-texts.js';
import { forwardTable } from './forward-table.js';
import { headlineTable } from './headline-table.js';
import { recommendationOf, answersOf } from './promotion-rules.js';
import { describeRanking, describeStrategy, rankingTable } from './ranking-table.js';
import { describeBars, describeForward, describeRun, describeWindows } from './describe-run.js';
import { escapeMarkup } from '../texts/html.js';
import { table } from '../texts/markdown.js';

/** promotion_briefing.json */
export function briefingOf(facts: BundleFacts): Briefing {
  const { teacher, placebo, student } = facts.metrics.forward;
  const answers = answersOf(facts);
  return {
    ...recommendationOf(answers),
    verdicts: answers,
    forward: {
      rows: teacher.rows,
      symbols: teacher.symbols,
      dates: teacher.dates,
      first: teacher.first,
      last: teacher.last,
      baseRate: teacher.baseRate,
      logLoss: teacher.logLoss,
      baselineLogLoss: teacher.baseline.logLoss,
      skill: teacher.skill,
      auc: teacher.auc,
      rankIc: teacher.rankIc.mean,
      ece: teacher.calibration.ece,
      netSharpe: teacher.strategy.net.sharpe,
      pooledSkill: teacher.pooledRate.skill,
      placeboPooledSkill: placebo.pooledRate.skill,
      placeboAuc: placebo.auc,
      cohortAuc: teacher.cohortAuc,
      placeboCohortAuc: placebo.cohortAuc,
      studentSkill: student.skill,
      studentAuc: student.auc,
    },
    ranking: rankingOf(facts),
    windows: {
      ...facts.windows,
      skippedBy: { ...facts.windows.skippedBy },
      failedBy: { ...facts.windows.failedBy },
    },
    students: facts.students.length,
    trials: facts.metrics.options.trials,
    features: mostImportant(facts).map(({ feature, importance, drift }) => ({
      feature,
      lossRise: importance.lossRise,
      psi: drift.psi,
    })),
    strayed: driftedFeatures(facts).map(({ feature }) => feature),
  };
}

function rankingOf({ metrics: { ranking } }: BundleFacts): Briefing['ranking'] {
  const names = ['teacher', 'factorSum', 'placebo', 'permuted'] as const;
  const scores = names.map((name) => {
    const at = ranking.rows
      .find((row) => row.name === name)
      ?.horizons.find(({ horizon }) => horizon === ranking.headline);
    return { name, raw: at?.raw.mean ?? null, neutral: at?.neutral.mean ?? null };
  });
  return { horizon: ranking.headline, scores };
}

/** promotion_briefing.md */
export function renderBriefingText(facts: BundleFacts): string {
  const { recommendation, reasons, verdicts: answers } = briefingOf(facts);
  const { head, rows } = forwardTable(facts);
  const ranking = rankingTable(facts);
  const headline = headlineTable(facts);
  return `# Promotion briefing

**Recommendation: ${recommendation}.**

${table(headline.head, headline.rows)}

${reasons.map((reason) => `- ${reason}`).join('\n')}

${table(
  ['question', 'answer', 'evidence', 'rule'],
  answers.map(({ question, answer, because, rule }) => [question, `**${answer}**`, because, rule]),
)}

${describeRun(facts, markdownText)}

${describeBars(facts)}

${describeWindows(facts)}

${table(head, rows)}

${describeStrategy(facts)}

${describeRanking(facts)}

${table(ranking.head, ranking.rows)}

${describeFeatures(facts)}

The recommendation follows from the answers; the decision is the reviewer's. Before approving, look at the plots, read the rules in the table above, and run \`gurukul audit verify\` on this folder.
`;
}

/** promotion_briefing.html: a self-contained page. @param plots SVG documents by file name. */
export function renderBriefingHtml(facts: BundleFacts, plots: ReadonlyMap<string, string>): string {
  const { recommendation, reasons, verdicts: answers } = briefingOf(facts);
  const { head, rows } = forwardTable(facts);
  const features = featureTable(facts);
  const ranking = rankingTable(facts);
  const headline = headlineTable(facts);
  const items = reasons.map((reason) => `<li>${escapeMarkup(reason)}</li>`).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Promotion briefing</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; color: #1b1f24; background: #fff; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { line-height: 1.2; }
.recommendation { border-left: 0.5rem solid #b3541e; background: #fdf3ec; padding: 0.75rem 1rem; font-size: 1.25rem; }
.recommendation.promote { border-color: #1a7f4b; background: #edf8f1; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid #d5dae0; padding: 0.35rem 0.6rem; text-align: left; vertical-align: top; }
.scroll { overflow-x: auto; }
.yes { color: #1a7f4b; font-weight: 600; }
.no { color: #a3460f; font-weight: 600; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(24rem, 1fr)); gap: 1rem; }
.plots svg { width: 100%; height: auto; border: 1px solid #d5dae0; }
code { overflow-wrap: anywhere; }
</style>
</head>
<body>
<h1>Promotion briefing</h1>
<p class="recommendation${recommendation === 'promote' ? ' promote' : ''}">Recommendation: <strong>${recommendation}</strong></p>
${htmlTable(
  headline.head,
  headline.rows.map((row) => row.map(escapeMarkup)),
)}
<ul>
${items}
</ul>
<h2>Questions and answers</h2>
<p>The recommendation is "promote" only if every answer is "yes". The decision is the reviewer's.</p>
${htmlTable(
  ['question', 'answer', 'evidence', 'rule'],
  answers.map(({ question, answer, because, rule }) => [
    escapeMarkup(question),
    `<span class="${answer === 'yes' ? 'yes' : 'no'}">${answer}</span>`,
    escapeMarkup(because),
    escapeMarkup(rule),
  ]),
)}
<h2>What was trained</h2>
<p>${escapeMarkup(describeRun(facts))}</p>
<p>${escapeMarkup(describeBars(facts)).replace(/`([^`]*)`/g, '<code>$1</code>')}</p>
<p>${escapeMarkup(describeWindows(facts))}</p>
<h2>Forward figures</h2>
<p>${escapeMarkup(describeForward(facts))}</p>
${htmlTable(
  head,
  rows.map((row) => row.map(escapeMarkup)),
)}
<p>${escapeMarkup(describeStrategy(facts))}</p>
<h2>Ranking</h2>
<p>${escapeMarkup(describeRanking(facts))}</p>
${htmlTable(
  ranking.head,
  ranking.rows.map((row) => row.map(escapeMarkup)),
)}
<h2>Features</h2>
<p>${escapeMarkup(describeImportance(facts).replaceAll('`', ''))}</p>
<p>${escapeMarkup(describeDrift(facts).replaceAll('`', ''))}</p>
${htmlTable(
  features.head,
  features.rows.map((row) => row.map((cell) => escapeMarkup(cell.replaceAll('`', '')))),
)}
<h2>Plots</h2>
<div class="plots">
${[...plots.values()].join('\n')}</div>
</body>
</html>
`;
}

/** A table; heads are escaped here, cells must be markup already. */
function htmlTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const headCells = head.map((cell) => `<th scope="col">${escapeMarkup(cell)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('\n');
  return `<div class="scroll"><table><thead><tr>${headCells}</tr></thead>\n<tbody>\n${body}\n</tbody></table></div>`;
}
