import { findingText } from '../../data/bars/finding-texts.js';
import { findingRemedy } from '../../data/bars/remedies.js';
import type { Finding } from '../../data/schemas/ingest.js';
import { plural } from './format.js';

/** A finding with the symbol whose bars it is about. */
export type SymbolFinding = Finding & { readonly symbol: string };

/** Messages of a kind that are listed: errors are to be fixed one by one, warnings to be looked at. */
const LISTED: Readonly<Record<Finding['severity'], number>> = { error: 10, warning: 3, info: 1 };
const RANK: Readonly<Record<Finding['severity'], number>> = { error: 0, warning: 1, info: 2 };

/** Findings with the errors first, then the warnings; otherwise in their order. */
export function errorsFirst<Sorted extends Pick<Finding, 'severity'>>(findings: readonly Sorted[]): Sorted[] {
  return [...findings].sort((a, b) => RANK[a.severity] - RANK[b.severity]);
}

/**
 * Errors and warnings for a person, a kind a paragraph, errors first: what it is, where, and what to do
 * about it. Every kind is there, however many findings another one has.
 */
export function findingLines(findings: readonly SymbolFinding[]): string[] {
  const kinds = new Map<string, SymbolFinding[]>();
  for (const finding of errorsFirst(findings)) {
    if (finding.severity === 'info') continue;
    const kind = `${finding.severity} ${finding.code}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), finding]);
  }
  return [...kinds.values()].flatMap(kindLines);
}

function kindLines(findings: readonly SymbolFinding[]): string[] {
  const [first] = findings;
  if (first === undefined) return [];
  const { severity, code } = first;
  const symbols = new Set(findings.map(({ symbol }) => symbol)).size;
  const listed = findings.slice(0, LISTED[severity]);
  const left = findings.length - listed.length;
  const remedy = findingRemedy(code);
  return [
    '',
    `${severity}  ${findingText(code)} (${plural(symbols, 'symbol')})`,
    ...listed.map(
      ({ symbol, message }) => `  ${message.includes(symbol) ? message : `${symbol}: ${message}`}`,
    ),
    ...(left > 0 ? [`  and ${left} more: see --json`] : []),
    ...(remedy === undefined ? [] : [`  Fix: ${remedy}`]),
  ];
}
