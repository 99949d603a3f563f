import { escapeMarkup } from '../texts/html.js';
import type { BundleFacts } from './bundle-facts.js';
import { INFORMS, describePolicy, describeStudents, informTable } from './describe-gates.js';
import { describeBars, describeForward, describeRun, describeWindows } from './describe-run.js';
import { describeDrift, describeImportance, featureTable } from './feature-texts.js';
import { firstScreen, gateTable } from './first-screen.js';
import { forwardTable } from './forward-table.js';
import { headlineTable } from './headline-table.js';
import { describeRanking, describeStrategy, rankingTable } from './ranking-table.js';
import { studentStanding } from './student-standing.js';
import { studentTable } from './student-table.js';

/** promotion_briefing.html: a self-contained page. @param plots SVG documents by file name. */
export function renderBriefingHtml(facts: BundleFacts, plots: ReadonlyMap<string, string>): string {
  const screen = firstScreen(facts);
  const { head, rows } = forwardTable(facts);
  const features = featureTable(facts);
  const ranking = rankingTable(facts);
  const headline = headlineTable(facts);
  const gates = gateTable(screen.gates);
  const students = studentTable(facts);
  const informs = informTable(facts);
  const items = screen.reasons.map((reason) => `<li>${escapeMarkup(reason)}</li>`).join('\n');
  const chart = screen.chart === undefined ? '' : (plots.get(screen.chart) ?? '');
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
.chart { max-width: 48rem; }
.chart svg { width: 100%; height: auto; }
.plots svg { width: 100%; height: auto; border: 1px solid #d5dae0; }
code { overflow-wrap: anywhere; }
</style>
</head>
<body>
<h1>Promotion briefing</h1>
<p class="recommendation${screen.recommendation === 'promote' ? ' promote' : ''}">Recommendation: <strong>${screen.recommendation}</strong><br>${escapeMarkup(screen.answer)}</p>
<p>${escapeMarkup(screen.figure)}</p>
<div class="chart">
${chart}</div>
${htmlTable(
  headline.head,
  headline.rows.map((row) => row.map(escapeMarkup)),
)}
<p>${escapeMarkup(studentStanding(facts).join(' '))}</p>
<ul>
${items}
</ul>
<h2>Gates</h2>
<p>${escapeMarkup(describePolicy(facts).replaceAll('`', ''))}</p>
${htmlTable(
  gates.head,
  gates.rows.map(([question = '', verdict = '', ...more]) => [
    escapeMarkup(question),
    `<span class="${verdict === 'pass' ? 'yes' : 'no'}">${verdict}</span>`,
    ...more.map(escapeMarkup),
  ]),
)}
<h2>What informs</h2>
<p>${escapeMarkup(INFORMS)}</p>
${htmlTable(
  informs.head,
  informs.rows.map(([question = '', answer = '', ...more]) => [
    escapeMarkup(question),
    `<span class="${answer === 'yes' ? 'yes' : 'no'}">${answer}</span>`,
    ...more.map(escapeMarkup),
  ]),
)}
<h2>Students</h2>
<p>${escapeMarkup(describeStudents(facts))}</p>
${htmlTable(
  students.head,
  students.rows.map((row) => row.map(escapeMarkup)),
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
${[...plots].flatMap(([name, plot]) => (name === screen.chart ? [] : [plot])).join('\n')}</div>
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
