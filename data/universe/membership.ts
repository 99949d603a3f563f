import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { csvTable } from '../text/csv-table.js';
import { InvalidInputError } from '../errors.js';
import type { MembershipSpan } from '../schemas/ingest.js';
import { isIsoDate } from '../time/dates.js';

/** Start of a membership of which nobody knows the start: before every bar. */
const SINCE_EVER = '1900-01-01';

/** A row of a list of members: whose dates, and which. */
export interface MembershipRow {
  readonly symbol: string;
  /** Null: since ever. */
  readonly from: string | null;
  /** Null: still a member. */
  readonly to: string | null;
}

/** Whether a share is a member on a date. Without spans it is one on every date. */
export function isMember(spans: readonly MembershipSpan[] | undefined, date: string): boolean {
  return spans === undefined || spans.some(({ from, to }) => from <= date && (to === null || date < to));
}

/** Whether a share is a member on a day of `[from, to)`. */
export function isMemberWithin(spans: readonly MembershipSpan[], from: string, to: string): boolean {
  return spans.some((span) => span.from < to && (span.to === null || span.to > from));
}

/** Spans for a person: `member from 2020-06-26 to 2021-09-30`. */
export function describeMembership(spans: readonly MembershipSpan[]): string {
  if (spans.length === 0) return 'never a member';
  const texts = spans.map(({ from, to }) =>
    [...(from === SINCE_EVER ? [] : [`from ${from}`]), ...(to === null ? [] : [`to ${to}`])].join(' '),
  );
  return `member ${texts.join(', ')}`.trimEnd();
}

/** The spans of every symbol: ascending, and joined where they touch or overlap. */
export function spansOf(rows: readonly MembershipRow[]): Map<string, MembershipSpan[]> {
  const spans = new Map<string, MembershipSpan[]>();
  const started = rows.map(({ symbol, from, to }) => ({ symbol, from: from ?? SINCE_EVER, to }));
  for (const { symbol, from, to } of started.sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const before = spans.get(symbol) ?? [];
    const last = before.at(-1);
    if (last === undefined || (last.to !== null && last.to < from)) {
      spans.set(symbol, [...before, { from, to }]);
    } else {
      const joined = last.to === null || to === null ? null : last.to > to ? last.to : to;
      spans.set(symbol, [...before.slice(0, -1), { from: last.from, to: joined }]);
    }
  }
  return spans;
}

/** The list of members of a built-in universe. */
export interface MembershipList {
  readonly rows: readonly MembershipRow[];
  /** The first date of the list, and that of its last change: what it says of other times is not known. */
  readonly known: { readonly from: string; readonly until: string };
}

/**
 * Loads `data/reference/NAME-membership.csv`. Whoever is a member on its first day counts as one before, too, and
 * its last members count as such from then on: nobody knows better.
 *
 * @returns Undefined if there is no such list.
 * @throws InvalidInputError naming every wrong line.
 */
export async function loadMembership(name: string, packageRoot: string): Promise<MembershipList | undefined> {
  const file = path.join(packageRoot, 'data', 'reference', `${name}-membership.csv`);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const table = csvTable(text).rows.map((row) => ({
    line: row.line,
    symbol: row.cell('symbol') ?? '',
    from: row.cell('from') ?? '',
    to: row.cell('to') ?? null,
  }));
  const problems = table
    .filter(({ symbol, from, to }) => symbol === '' || ![from, to ?? from].every(isIsoDate) || from === to)
    .map(({ line }) => `${file}:${line}: must have a symbol, a first day, and a later last day or none`);
  if (problems.length > 0) throw new InvalidInputError(problems);
  const dates = table.flatMap(({ from, to }) => (to === null ? [from] : [from, to])).sort();
  const [first = SINCE_EVER] = dates;
  return {
    rows: table.map(({ symbol, from, to }) => ({ symbol, from: from === first ? null : from, to })),
    known: { from: first, until: dates.at(-1) ?? first },
  };
}
