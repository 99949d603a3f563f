import { findingText } from '../../../data/bars/finding-texts.js';
import type { Coverage, CoverageRow } from '../../../data/schemas/coverage.js';
import { thousands } from '../format-numbers.js';
import { escapeMarkup } from '../html.js';
import { memberSessionsText } from '../member-sessions.js';
import { COVERAGE_STYLE } from './coverage-style.js';
import { clipped, foldedTable, table } from './coverage-table.js';
import { monthCells } from './month-cells.js';
import { allSymbolsStrip, monthStrips } from './month-strips.js';
import { symbolTables } from './symbol-tables.js';

/** Days that are listed before the rest is folded away. */
const LISTED_DAYS = 40;
/** Days and members in folded tables: a page of any universe stays below a megabyte. */
const FOLDED_ROWS = 800;

const ADJUSTED: Readonly<Record<Coverage['adjust'], string>> = {
  auto: 'adjusted when they are read for the corporate actions that they show',
  splits: 'adjusted for splits and bonuses when they are read',
  none: 'taken as they are (no adjustment)',
};

/** Files beside the page, by their names. */
export interface CoverageFiles {
  /** All symbols with all months, see coverage-csv.ts. */
  readonly table: string;
  /** The coverage itself; absent where it is not kept. */
  readonly data?: string;
}

/** The files beside the page of a run and of its bundle. */
export const COVERAGE_FILES: CoverageFiles = { table: 'coverage.csv', data: 'coverage.json' };

/**
 * coverage.html: a page for light and dark, wide and narrow, that needs no other file, and no scripts. It stays below a
 * megabyte for any universe: what it leaves out is in the files beside it.
 */
export function renderCoverageHtml(coverage: Coverage, files: CoverageFiles = COVERAGE_FILES): string {
  const { source, interval, adjust, from, to, until, lastSession, digest, symbols, firstMonth } = coverage;
  const ends =
    until === to
      ? ''
      : ` The bars end with ${escapeMarkup(lastSession ?? 'nothing')}, so nothing after it is used.`;
  const cells = monthCells(
    firstMonth,
    symbols.reduce((most, { months }) => Math.max(most, months.length), 0),
  );
  const { shared, strip } = monthStrips(cells);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Coverage of ${escapeMarkup(source)} bars</title>
<style>${COVERAGE_STYLE}</style>
</head>
<body>
<h1>Coverage of ${escapeMarkup(source)} bars</h1>
<p class="lead">${interval === '1day' ? 'Daily' : '5-minute'} bars for ${escapeMarkup(from)} to ${escapeMarkup(to)}, ${ADJUSTED[adjust]}.${ends}</p>
${tiles(coverage)}
<p>Digest of all series: <code>${escapeMarkup(digest)}</code></p>
${gateList(coverage)}
${memberList(coverage)}<h2>Symbols</h2>
<p class="note">Beside this page, ${fileLink(files.table)} has every symbol with every month, as a table${files.data === undefined ? '' : `, and ${fileLink(files.data)} all that is known, for programs`}.</p>
${symbols.length > 1 ? allSymbolsStrip(symbols, cells) : ''}
<p class="note">A strip shows the share of each ${cells.unit}’s sessions that have bars, from ${escapeMarkup(clipped(firstMonth ?? 'nothing'))} on: the fuller, the more; an empty cell has none.</p>
${shared}
${symbolTables(symbols, strip, files.table)}
${dayTable(coverage, files)}
</body>
</html>
`;
}

function fileLink(name: string): string {
  return `<a href="${escapeMarkup(encodeURIComponent(name))}">${escapeMarkup(name)}</a>`;
}

function tiles({ symbols, lastSession }: Coverage): string {
  const count = (...verdicts: readonly CoverageRow['verdict'][]): number =>
    symbols.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const bars = symbols.reduce((sum, row) => sum + (row.status === 'ok' ? row.bars : 0), 0);
  const used = count('complete', 'usable', 'doubtful');
  const cells: readonly (readonly [string, string])[] = [
    ['symbols used', `${thousands(used)} of ${thousands(symbols.length)}`],
    ['with doubts', thousands(count('doubtful'))],
    ['stopped', thousands(count('stopped'))],
    ['without bars', thousands(count('no bars', 'excluded'))],
    ['bars used', thousands(bars)],
    ['last complete session', lastSession ?? '–'],
  ];
  const items = cells.map(([name, value]) => `<div><dt>${name}</dt><dd>${escapeMarkup(value)}</dd></div>`);
  return `<dl class="tiles">${items.join('')}</dl>`;
}

function gateList({ gates }: Coverage): string {
  if (gates.length === 0) return '';
  const items = gates.map(
    ({ severity, message }) =>
      `<li class="${severity}"><strong>${severity}</strong> ${escapeMarkup(message)}</li>`,
  );
  return `<h2>The bars as a whole</h2>\n<ul class="gates">${items.join('\n')}</ul>`;
}

function memberList({ members }: Coverage): string {
  if (members === undefined) return '';
  const rows = members.missing
    .slice(0, FOLDED_ROWS)
    .map(
      ({ symbol, sessions, missing }) =>
        `<tr><th scope="row">${escapeMarkup(symbol)}</th><td class="n">${missing} of ${sessions}</td></tr>`,
    );
  const { length } = members.missing;
  const first = rows.length < length ? `; the first ${rows.length}` : '';
  const lacking = foldedTable(
    `${thousands(length)} members lack bars${first}`,
    ['member', 'sessions as a member without bars'],
    rows,
  );
  return `<h2>Members</h2>
<p class="note">Who counts is who was a member of the universe at each date. ${memberSessionsText(members)}.</p>
${lacking}
`;
}

function dayTable({ days, interval }: Coverage, { data }: CoverageFiles): string {
  if (days.length === 0) return '<h2>Sessions</h2>\n<p>No symbol lacks a session while it trades.</p>';
  const worst = [...days].sort((a, b) => b.missing - a.missing || (a.date < b.date ? -1 : 1));
  const row = ({ date, name, expected, missing, symbols }: Coverage['days'][number]): string => {
    const more = missing > symbols.length ? ` and ${missing - symbols.length} more` : '';
    return `<tr><th scope="row">${escapeMarkup(date)}</th><td>${escapeMarkup(clipped(name ?? ''))}</td><td class="n">${missing} of ${expected}</td><td>${escapeMarkup(symbols.join(', '))}${more}</td></tr>`;
  };
  const head = ['session', 'special', 'symbols without it', 'which'];
  const rest = worst.slice(LISTED_DAYS);
  const folded = rest.slice(0, FOLDED_ROWS);
  const left = rest.length - folded.length;
  const beyond =
    left === 0 ? '' : `; ${thousands(left)} of them are ${data === undefined ? 'left out' : `in ${data}`}`;
  const note =
    interval === '1day' ? '' : ' A session counts as missing with fewer than four fifths of its bars.';
  return `<h2>Sessions</h2>
<p class="note">${findingText('missing_sessions')}, of each symbol; those that most symbols lack come first.${note}</p>
${table(head, worst.slice(0, LISTED_DAYS).map(row))}
${foldedTable(`${thousands(rest.length)} more${beyond}`, head, folded.map(row))}`;
}
