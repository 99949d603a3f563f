import { safeText } from '../../data/text/safe-text.js';
import { tableLines } from '../bench/table.js';
import type { CaseResult } from './campaign.js';
import type { SymbolResult } from './judge.js';

/** Share of the symbols that may be stopped for something that nobody planted: a reader that stops all must fail. */
export const MAX_UNPLANNED = 0.01;

/** Whether every difference was reported, and hardly anything was stopped without a reason. */
export function isFaultless(results: readonly CaseResult[]): boolean {
  const { symbols, wrong, unplanned } = countsOf(results);
  return symbols > 0 && wrong === 0 && unplanned <= MAX_UNPLANNED * symbols;
}

/** The report: what was read by format, why symbols were stopped, what is wrong, and a summary line. */
export function reportLines(results: readonly CaseResult[], seed: number): string[] {
  const { symbols, unplanned } = countsOf(results);
  const files = results.reduce((sum, one) => sum + one.files, 0);
  const bars = results.reduce((sum, one) => sum + one.bars, 0);
  return [
    ...tableLines([
      ['format', 'symbols', 'equal', 'stopped', 'unplanned', 'wrong'],
      ...[...groupsOf(results, ({ format }) => format)]
        .sort()
        .map(([format, some]) => [
          format,
          String(some.length),
          String(count(some, 'equal')),
          String(count(some, 'stopped')),
          String(some.filter(isUnplanned).length),
          String(count(some, 'wrong')),
        ]),
    ]),
    '',
    ...[...groupsOf(results, (one) => (one.verdict === 'stopped' ? codesOf(one) : ''))]
      .filter(([codes]) => codes !== '')
      .sort(([, a], [, b]) => b.length - a.length)
      .map(([codes, some]) => `stopped ${some.length}: ${codes}`),
    '',
    ...results.flatMap(({ index, symbols: some }) =>
      some
        .filter((one) => one.verdict === 'wrong' || isUnplanned(one))
        .flatMap(({ symbol, format, verdict, what }) => [
          safeText(`${verdict === 'wrong' ? 'WRONG' : 'stopped'}: ${index} ${symbol} (${format}): ${what}`),
          ...(verdict === 'wrong' ? [`  again: npm run fuzz:bars -- --seed ${seed} --only ${index}`] : []),
        ]),
    ),
    '',
    `seed ${seed}: ${files} files in all, ${symbols} symbols, ${bars} bars; ${unplanned} symbols stopped for what nobody planted`,
    sumLine(results),
  ];
}

/** `N files, N equal, N stopped, N wrong`: a file is what one case wrote, in one file or many. */
export function sumLine(results: readonly CaseResult[]): string {
  const verdicts = results.map(({ symbols }) =>
    (['wrong', 'stopped'] as const).find((one) => symbols.some(({ verdict }) => verdict === one)),
  );
  const of = (verdict: 'wrong' | 'stopped' | undefined): number =>
    verdicts.filter((one) => one === verdict).length;
  return `${results.length} files, ${of(undefined)} equal, ${of('stopped')} stopped, ${of('wrong')} wrong`;
}

function countsOf(results: readonly CaseResult[]): { symbols: number; wrong: number; unplanned: number } {
  const all = results.flatMap(({ symbols }) => symbols);
  return { symbols: all.length, wrong: count(all, 'wrong'), unplanned: all.filter(isUnplanned).length };
}

function isUnplanned({ verdict, planned }: SymbolResult): boolean {
  return verdict === 'stopped' && !planned;
}

function count(symbols: readonly SymbolResult[], verdict: SymbolResult['verdict']): number {
  return symbols.filter((one) => one.verdict === verdict).length;
}

function codesOf({ what, planned }: SymbolResult): string {
  return `${what.split(':')[0] ?? ''}${planned ? '' : ' (not planted)'}`;
}

function groupsOf(
  results: readonly CaseResult[],
  keyOf: (symbol: SymbolResult) => string,
): ReadonlyMap<string, readonly SymbolResult[]> {
  const groups = new Map<string, SymbolResult[]>();
  for (const one of results.flatMap(({ symbols }) => symbols))
    groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}
