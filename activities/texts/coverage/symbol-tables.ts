import type { CoverageRow } from '../../../data/schemas/coverage.js';
import { thousands } from '../format-numbers.js';
import { escapeMarkup } from '../html.js';
import { outcomeText } from './coverage-outcome.js';
import { clipped, foldedTable, table } from './coverage-table.js';
import type { MonthStrips } from './month-strips.js';

/** Symbols that a page shows with their months; of more, those that need a look are shown. */
const SHOWN = 300;
/** Further symbols that are listed, a short row each. */
const LISTED = 2_000;

/** Signs beside the colours, for whoever does not see them; the outcomes that need a look come first. */
const SIGNS: Readonly<Record<CoverageRow['verdict'], string>> = {
  stopped: '■',
  doubtful: '▲',
  'no bars': '○',
  excluded: '○',
  usable: '●',
  complete: '●',
};
const WORST_FIRST = Object.keys(SIGNS);

/**
 * All symbols, by name; of many, some hundreds that most need a look, and the others in a folded list.
 *
 * @param strip Draws a symbol's months.
 * @param rest Name of the file that has what is left out.
 */
export function symbolTables(
  symbols: readonly CoverageRow[],
  strip: MonthStrips['strip'],
  rest: string,
): string {
  if (symbols.length <= SHOWN) return shownTable(symbols, strip);
  const sorted = [...symbols].sort(byNeed);
  const [shown, others] = [sorted.slice(0, SHOWN), sorted.slice(SHOWN)];
  const listed = others.slice(0, LISTED);
  const left = others.length - listed.length;
  const beyond = left === 0 ? '' : `; ${thousands(left)} of them are only in ${rest}`;
  return `<p class="note">Of ${thousands(symbols.length)} symbols, the ${SHOWN} that most need a look come first, and the others in a list below.</p>
${shownTable(shown, strip)}
${foldedTable(
  `${thousands(others.length)} more symbols: ${tally(others)}${beyond}`,
  ['symbol', 'outcome', 'first', 'last', 'bars', 'missing'],
  listed.map(listedRow),
)}`;
}

function byNeed(a: CoverageRow, b: CoverageRow): number {
  const rank = ({ verdict }: CoverageRow): number => WORST_FIRST.indexOf(verdict);
  return rank(a) - rank(b) || b.missing - a.missing || (a.symbol < b.symbol ? -1 : 1);
}

/** `1,012 usable, 118 complete`. */
function tally(rows: readonly CoverageRow[]): string {
  const counts = WORST_FIRST.flatMap((verdict) => {
    const count = rows.filter((row) => row.verdict === verdict).length;
    return count === 0 ? [] : [`${thousands(count)} ${verdict}`];
  });
  return counts.join(', ');
}

function shownTable(symbols: readonly CoverageRow[], strip: MonthStrips['strip']): string {
  const head = ['symbol', 'outcome', 'first', 'last', 'bars', 'missing', 'actions', 'months', 'series'];
  const rows = symbols.map((row) => {
    const { symbol, verdict, first, last, bars, actions, digest } = row;
    const why = clipped(outcomeText(row).slice(verdict.length + 2));
    const seen = [
      `<th scope="row">${escapeMarkup(symbol)}</th>`,
      `<td><span class="verdict ${verdict.replace(' ', '-')}">${SIGNS[verdict]} ${verdict}</span>${why === '' ? '' : `<br><small>${escapeMarkup(why)}</small>`}</td>`,
      `<td class="date">${escapeMarkup(first ?? '–')}</td>`,
      `<td class="date">${escapeMarkup(last ?? '–')}</td>`,
      `<td class="n">${thousands(bars)}</td>`,
      `<td class="n">${missingText(row)}</td>`,
      `<td class="n">${actions}</td>`,
      `<td>${strip(row)}</td>`,
      `<td>${digest === null ? '–' : `<code class="short" title="${escapeMarkup(digest)}">${escapeMarkup(digest.slice(0, 12))}</code>`}</td>`,
    ];
    return `<tr>${seen.join('')}</tr>`;
  });
  return table(head, rows);
}

/** A row of few bytes. */
function listedRow(row: CoverageRow): string {
  const { symbol, verdict, first, last, bars } = row;
  const cells = [verdict, escapeMarkup(first ?? '–'), escapeMarkup(last ?? '–'), thousands(bars)];
  return `<tr><th scope="row">${escapeMarkup(symbol)}</th><td>${[...cells, missingText(row)].join('</td><td>')}</td></tr>`;
}

function missingText({ missing, sessions }: CoverageRow): string {
  return sessions === 0 ? '–' : `${missing} of ${sessions}`;
}
