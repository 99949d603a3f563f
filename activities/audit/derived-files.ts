import { coverageSchema } from '../../data/schemas/coverage.js';
import { renderCoverageHtml } from '../ingest/coverage-html.js';
import { briefingOf, renderBriefingHtml, renderBriefingText } from './briefing.js';
import { readFacts, readJsonFile } from './facts.js';
import type { BundleFiles } from './layout.js';
import { BUNDLE, bundleJson } from './layout.js';
import { renderModelCard } from './model-card.js';
import { renderPlots } from './plots/render-plots.js';
import { renderSummary } from './summary.js';

/**
 * The files of a bundle that are written from its other files: texts, briefing and plots. The builder
 * and the verifier both call this, so a text that says something else than the figures is found out.
 */
export async function deriveFiles(sources: BundleFiles): Promise<Map<string, Uint8Array>> {
  const facts = await readFacts(sources);
  const plots = renderPlots(facts);
  return new Map<string, Uint8Array>([
    [BUNDLE.summary, Buffer.from(renderSummary(facts))],
    [BUNDLE.modelCard, Buffer.from(renderModelCard(facts))],
    [BUNDLE.briefingText, Buffer.from(renderBriefingText(facts))],
    [BUNDLE.briefingJson, bundleJson(briefingOf(facts))],
    ...coveragePage(sources),
    [BUNDLE.briefingHtml, Buffer.from(renderBriefingHtml(facts, plots))],
    ...[...plots].map(([name, svg]): [string, Uint8Array] => [`${BUNDLE.plots}/${name}`, Buffer.from(svg)]),
  ]);
}

function coveragePage(sources: BundleFiles): [string, Uint8Array][] {
  if (!sources.has(BUNDLE.coverage)) return [];
  const coverage = readJsonFile(sources, BUNDLE.coverage, coverageSchema);
  return [[BUNDLE.coverageHtml, Buffer.from(renderCoverageHtml(coverage))]];
}
