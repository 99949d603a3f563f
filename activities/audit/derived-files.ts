import { coverageSchema } from '../../data/schemas/coverage.js';
import { offEventLoop } from '../../data/event-loop.js';
import { renderCoverageCsv } from '../texts/coverage/coverage-csv.js';
import { renderCoverageHtml } from '../texts/coverage/coverage-html.js';
import { briefingOf } from './briefing.js';
import { renderBriefingHtml } from './briefing-html.js';
import { renderBriefingText } from './briefing-text.js';
import { renderMarkdownPage } from '../texts/markdown-page.js';
import type { BundleFacts, PredictedFacts } from './bundle-facts.js';
import { readFacts, readJsonFile } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE, bundleJson } from './bundle-layout.js';
import { renderModelCard } from './model-card.js';
import { readPredictedFacts } from './predicted-facts.js';
import { renderPlots } from './plots/render-plots.js';
import { renderResearchReport } from './research-report.js';
import { renderSummary } from './summary.js';

/**
 * The files of a bundle that are derived from its other files: texts, briefing and plots. Builder and verifier both
 * call this, so a text that does not match the figures is detected.
 *
 * @param predicted What is known of the predictions; absent: they are read.
 */
export async function deriveFiles(
  sources: BundleFiles,
  predicted?: PredictedFacts,
): Promise<Map<string, Uint8Array>> {
  offEventLoop('deriveFiles');
  const facts = readFacts(sources, predicted ?? (await readPredictedFacts(sources)));
  const plots = renderPlots(facts);
  return new Map<string, Uint8Array>([
    [BUNDLE.summary, Buffer.from(renderSummary(facts))],
    [BUNDLE.modelCard, Buffer.from(renderModelCard(facts))],
    [BUNDLE.briefingText, Buffer.from(renderBriefingText(facts))],
    [BUNDLE.briefingJson, bundleJson(briefingOf(facts))],
    ...coveragePages(sources),
    ...researchReport(facts, plots),
    [BUNDLE.briefingHtml, Buffer.from(renderBriefingHtml(facts, plots))],
    ...[...plots].map(([name, svg]): [string, Uint8Array] => [`${BUNDLE.plots}/${name}`, Buffer.from(svg)]),
  ]);
}

/** The page of the coverage and its table; none in bundles of earlier versions. */
export function coveragePages(sources: BundleFiles): [string, Uint8Array][] {
  if (!sources.has(BUNDLE.coverage)) return [];
  const coverage = readJsonFile(sources, BUNDLE.coverage, coverageSchema);
  return [
    [BUNDLE.coverageHtml, Buffer.from(renderCoverageHtml(coverage))],
    [BUNDLE.coverageTable, Buffer.from(renderCoverageCsv(coverage))],
  ];
}

/** The research report; none in bundles of earlier versions, which name no algorithm. */
function researchReport(facts: BundleFacts, plots: ReadonlyMap<string, string>): [string, Uint8Array][] {
  if (facts.logic === undefined) return [];
  const text = renderResearchReport(facts, facts.logic);
  return [
    [BUNDLE.researchText, Buffer.from(text)],
    [BUNDLE.researchHtml, Buffer.from(renderMarkdownPage('Research report', text, [...plots.values()]))],
  ];
}
