import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect } from 'chai';
import ts from 'typescript';

import { packageRoot } from '../../../data/store/package-root.js';

/** Sources of the texts in a bundle. */
const SOURCES = [
  'audit/briefing.ts',
  'audit/choices-table.ts',
  'audit/describe-model.ts',
  'audit/describe-run.ts',
  'audit/feature-texts.ts',
  'audit/forward-table.ts',
  'audit/headline-table.ts',
  'audit/model-card.ts',
  'audit/informing-answers.ts',
  'audit/first-screen.ts',
  'audit/describe-gates.ts',
  'audit/student-standing.ts',
  'audit/student-table.ts',
  'audit/gates/calibrated.ts',
  'audit/gates/complete.ts',
  'audit/gates/evidence.ts',
  'audit/gates/gates.ts',
  'audit/gates/net.ts',
  'audit/gates/no-leak.ts',
  'audit/gates/ranks.ts',
  'audit/gates/reproducible.ts',
  'figures/student-tests.ts',
  'audit/ranking-table.ts',
  'audit/research-report.ts',
  'audit/summary.ts',
  'audit/plots/curves.ts',
  'audit/plots/histogram.ts',
  'charts/ic-decay.ts',
  'charts/placebo.ts',
  'charts/reliability.ts',
  'validate/leakage.ts',
  'figures/method-notes.ts',
  'figures/precision-recall.ts',
  'figures/stat-tests.ts',
  'audit/stress-table.ts',
  'figures/stress/extreme-days.ts',
];

/** Texts with digits that are not settings of the program. */
const ALLOWED: readonly RegExp[] = [
  /<style>[\s\S]*<\/style>/g,
  /<meta [^>]*>/g,
  /<\/?h\d>/g,
  // A reference, a definition, and the moves of known days.
  /Mitchell et al\., "Model Cards for Model Reporting" \(2019\)/g,
  /^AUC inside cohorts − 0\.5$/g,
  /A label is 1 where/g,
  /10⁻³ nats/g,
  /^wealth \(start = 1\)$/g,
  /; 0 means no skill$/g,
  /\$1/g,
  /^#[0-9a-f]{6}$/g,
  /^\d{4}-\d{2}-\d{2}$/g,
  /^(fall|rise) of \d+\.\d %/g,
];
const NUMBER = /\d+|\b(two|three|four|five|six|seven|eight|nine|ten|tenths?|hundred|thousand|million)\b/g;

/** Numbers that stand in the texts of a source, each with its text. */
function bareNumbers(source: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) return;
    if (
      ts.isStringLiteral(node) ||
      ts.isNoSubstitutionTemplateLiteral(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node)
    ) {
      const rest = ALLOWED.reduce((left, allowed) => left.replaceAll(allowed, ''), node.text);
      for (const [number] of rest.matchAll(NUMBER)) found.push(`${number}: ${node.text.trim().slice(0, 80)}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true));
  return found;
}

describe('the texts of a bundle', () => {
  for (const file of SOURCES)
    it(`take their numbers from constants: ${file}`, () => {
      expect(bareNumbers(readFileSync(path.join(packageRoot, 'activities', file), 'utf8'))).to.deep.equal([]);
    });

  it('are searched for digits and number words alike', () => {
    expect(
      bareNumbers('const a = "at most 16 rows"; const b = `over ten ${a}`; f(`${a} of 9`)'),
    ).to.deep.equal(['16: at most 16 rows', 'ten: over ten', '9: of 9']);
    expect(bareNumbers("import { a } from './b2.js'; const c = 16;")).to.deep.equal([]);
  });
});
