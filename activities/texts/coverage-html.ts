import type { Coverage, CoverageRow } from '../../data/schemas/coverage.js';
import { thousands } from './format-numbers.js';
import { escapeMarkup } from './html.js';
import { memberSessionsText } from './member-sessions.js';
import { outcomeText } from './coverage-outcome.js';
import { COVERAGE_STYLE } from './coverage-style.js';
import { findingText } from '../../data/bars/finding-texts.js';

/** Days that are listed before the rest is folded away. */
const LISTED_DAYS = 40;
/** Size of a month in the strips, in units of their drawing. */
const MONTH = { width: 4, gap: 1, height: 14 };
/** Signs beside the colours, for whoever does not see them. */
const SIGNS: Readonly<Record<CoverageRow['verdict'], string>> = {
  complete: '●',
  usable: '●',
  doubtful: '▲',
  stopped: '■',
  excluded: '○',
  'no bars': '○',
};

const ADJUSTED: Readonly<Record<Coverage['adjust'], string>> = {
  auto: 'adjusted when they are read for the corporate actions that they show',
  splits: 'adjusted for splits and bonuses when they are read',
  none: 'taken as they are (no adjustment)',
};

/** coverage.html: one file that needs no other, for light and dark, wide and narrow. */
export function renderCoverageHtml(coverage: Coverage): string {
  const { source, interval, adjust, from, to, until, lastSession, digest, symbols } = coverage;
  const ends =
    until === to
      ? ''
      : ` The bars end with ${escapeMarkup(lastSession ?? 'nothing')}, so nothing after it is used.`;
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
<p class="note">A strip shows the share of each month’s sessions that have bars, from ${escapeMarkup(coverage.firstMonth ?? 'nothing')} on: the fuller, the more; an empty cell has none.</p>
${symbolTable(symbols)}
${dayTable(coverage)}
</body>
</html>
`;
}

function tiles({ symbols, lastSession }: Coverage): string {
  const count = (...verdicts: readonly CoverageRow['verdict'][]): number =>
    symbols.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const bars = symbols.reduce((sum, row) => sum + (row.status === 'ok' ? row.bars : 0), 0);
  const cells: readonly (readonly [string, string])[] = [
    ['symbols used', `${count('complete', 'usable', 'doubtful')} of ${symbols.length}`],
    ['with doubts', String(count('doubtful'))],
    ['stopped', String(count('stopped'))],
    ['without bars', String(count('no bars', 'excluded'))],
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
  const rows = members.missing.map(
    ({ symbol, sessions, missing }) =>
      `<tr><th scope="row">${escapeMarkup(symbol)}</th><td class="n">${missing} of ${sessions}</td></tr>`,
  );
  const lacking =
    rows.length === 0
      ? ''
      : `<details><summary>${rows.length} members lack bars</summary>${table(['member', 'sessions as a member without bars'], rows)}</details>`;
  return `<h2>Members</h2>
<p class="note">Who counts is who was a member of the universe at each date. ${memberSessionsText(members)}.</p>
${lacking}
`;
}

function symbolTable(symbols: readonly CoverageRow[]): string {
  const head = ['symbol', 'outcome', 'first', 'last', 'bars', 'missing', 'actions', 'months', 'series'];
  const rows = symbols.map((row) => {
    const { symbol, verdict, first, last, bars, missing, sessions, actions, digest } = row;
    const why = outcomeText(row).slice(verdict.length + 2);
    const seen = [
      `<th scope="row">${escapeMarkup(symbol)}</th>`,
      `<td><span class="verdict ${verdict.replace(' ', '-')}">${SIGNS[verdict]} ${verdict}</span>${why === '' ? '' : `<br><small>${escapeMarkup(why)}</small>`}</td>`,
      `<td class="date">${escapeMarkup(first ?? '–')}</td>`,
      `<td class="date">${escapeMarkup(last ?? '–')}</td>`,
      `<td class="n">${thousands(bars)}</td>`,
      `<td class="n">${sessions === 0 ? '–' : `${missing} of ${sessions}`}</td>`,
      `<td class="n">${actions}</td>`,
      `<td>${strip(row)}</td>`,
      `<td>${digest === null ? '–' : `<code class="short" title="${escapeMarkup(digest)}">${escapeMarkup(digest.slice(0, 12))}</code>`}</td>`,
    ];
    return `<tr>${seen.join('')}</tr>`;
  });
  return table(head, rows);
}

/** A cell a month, filled from below by the share of its sessions that have bars. */
function strip({ symbol, months }: CoverageRow): string {
  if (months.length === 0) return '–';
  const { width, gap, height } = MONTH;
  const whole = months.length * (width + gap);
  const cells = months.map((share, month) => {
    const x = month * (width + gap);
    const fill = Math.round(height * (share ?? 0) * 10) / 10;
    const full =
      fill === 0
        ? ''
        : `<rect class="there" x="${x}" y="${height - fill}" width="${width}" height="${fill}"/>`;
    return `<rect class="cell" x="${x}" y="0" width="${width}" height="${height}"/>${full}`;
  });
  return `<svg class="strip" role="img" aria-label="months of ${escapeMarkup(symbol)} with bars" viewBox="0 0 ${whole} ${height}" width="${whole}" height="${height}">${cells.join('')}</svg>`;
}

function dayTable({ days, interval }: Coverage): string {
  if (days.length === 0) return '<h2>Sessions</h2>\n<p>No symbol lacks a session while it trades.</p>';
  const worst = [...days].sort((a, b) => b.missing - a.missing || (a.date < b.date ? -1 : 1));
  const row = ({ date, name, expected, missing, symbols }: Coverage['days'][number]): string => {
    const more = missing > symbols.length ? ` and ${missing - symbols.length} more` : '';
    return `<tr><th scope="row">${escapeMarkup(date)}</th><td>${escapeMarkup(name ?? '')}</td><td class="n">${missing} of ${expected}</td><td>${escapeMarkup(symbols.join(', '))}${more}</td></tr>`;
  };
  const head = ['session', 'special', 'symbols without it', 'which'];
  const rest = worst.slice(LISTED_DAYS);
  const note =
    interval === '1day' ? '' : ' A session counts as missing with fewer than four fifths of its bars.';
  return `<h2>Sessions</h2>
<p class="note">${findingText('missing_sessions')}, of each symbol; those that most symbols lack come first.${note}</p>
${table(head, worst.slice(0, LISTED_DAYS).map(row))}
${rest.length === 0 ? '' : `<details><summary>${rest.length} more</summary>${table(head, rest.map(row))}</details>`}`;
}

function table(head: readonly string[], rows: readonly string[]): string {
  const cells = head.map((cell) => `<th scope="col">${cell}</th>`).join('');
  return `<div class="scroll" tabindex="0"><table><thead><tr>${cells}</tr></thead>\n<tbody>\n${rows.join('\n')}\n</tbody></table></div>`;
}
