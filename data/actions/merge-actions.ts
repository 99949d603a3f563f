import { InvalidInputError } from '../errors.js';
import type { CorporateAction } from '../schemas/corporate-action.js';
import type { ActionRow } from './action-file.js';
import { NO_ACTION } from './action-file.js';

/** Where a row of the merged list comes from: the project's own list, the home's, or the folder of bar files. */
export type ActionOrigin = 'project' | 'home' | 'bars';

/** What one list says of one company on one day. */
export interface ListedAction extends CorporateAction {
  /** The company's newest symbol. */
  readonly symbol: string;
  readonly evidence: string | null;
  readonly origin: ActionOrigin;
  /** `file:line` of each row that it is made of. */
  readonly places: readonly string[];
}

/** A list by its origin. */
export interface ActionList {
  readonly origin: ActionOrigin;
  readonly rows: readonly ActionRow[];
}

/** Factors that differ by less than this fraction are the same: 1.3333 and 4/3. */
const SAME_FACTOR = 1e-3;

/**
 * Merges lists row by row: a later list wins over an earlier one on the same company and day; a factor of 1 takes
 * the day's action away. Rows under former symbols count for the newest symbol.
 *
 * @param newestOf The newest symbol of a company.
 * @returns In order of symbol and ex-date, without actions that were taken away.
 * @throws InvalidInputError naming every contradiction within a list.
 */
export function mergeActions(
  lists: readonly ActionList[],
  newestOf: (symbol: string) => string,
): ListedAction[] {
  const joined = lists.map((list) => joinDays(list, newestOf));
  const problems = joined.flatMap((one) => one.problems);
  if (problems.length > 0) throw new InvalidInputError(problems);
  return sortActions([
    ...new Map(joined.flatMap(({ actions }) => actions.map((one) => [actionKey(one), one]))).values(),
  ]).filter(({ priceFactor }) => priceFactor !== 1);
}

/** The rows of one list, a company's day an action, those of factor 1 included; and where it contradicts itself. */
export function joinDays(
  { origin, rows }: ActionList,
  newestOf: (symbol: string) => string,
): { readonly actions: readonly ListedAction[]; readonly problems: readonly string[] } {
  const actions: ListedAction[] = [];
  const problems: string[] = [];
  for (const sameDay of byDay(rows, newestOf).values()) {
    const joined = joinDay(sameDay, newestOf, origin);
    if ('problem' in joined) problems.push(joined.problem);
    else actions.push(joined);
  }
  return { actions, problems };
}

/** Tells actions of one list apart: the company and the day. */
export function actionKey({ symbol, exDate }: Pick<ListedAction, 'symbol' | 'exDate'>): string {
  return `${symbol} ${exDate}`;
}

/** In order of symbol and ex-date. */
export function sortActions(actions: readonly ListedAction[]): ListedAction[] {
  return [...actions].sort((a, b) => (actionKey(a) < actionKey(b) ? -1 : 1));
}

/** Whether two lists mean the same by these factors. */
export function isSameFactor(a: number, b: number): boolean {
  return Math.abs(a - b) < SAME_FACTOR * Math.min(a, b);
}

function byDay(
  rows: readonly ActionRow[],
  newestOf: (symbol: string) => string,
): ReadonlyMap<string, readonly ActionRow[]> {
  const days = new Map<string, ActionRow[]>();
  for (const row of rows) {
    const key = actionKey({ symbol: newestOf(row.symbol), exDate: row.exDate });
    days.set(key, [...(days.get(key) ?? []), row]);
  }
  return days;
}

/** The rows of one list on one day as one action: a split and a bonus multiply, equal rows count once. */
function joinDay(
  rows: readonly ActionRow[],
  newestOf: (symbol: string) => string,
  origin: ActionOrigin,
): ListedAction | { readonly problem: string } {
  const byKind = new Map<string, ActionRow>();
  for (const row of rows) {
    const known = byKind.get(familyOf(row));
    if (known !== undefined && !isSameFactor(known.priceFactor, row.priceFactor))
      return { problem: contradiction(known, row) };
    if (known === undefined) byKind.set(familyOf(row), row);
  }
  const different = [...byKind.values()];
  const removed = different.find(({ priceFactor }) => priceFactor === 1);
  const other = different.find(({ priceFactor }) => priceFactor !== 1);
  if (removed !== undefined && other !== undefined) return { problem: contradiction(removed, other) };
  const [{ symbol, exDate } = { symbol: '', exDate: '' }] = different;
  const evidence = different.flatMap((row) => (row.evidence === null ? [] : [row.evidence]));
  return {
    symbol: newestOf(symbol),
    exDate,
    priceFactor: different.reduce((product, { priceFactor }) => product * priceFactor, 1),
    kind: different.map(({ kind }) => kind).join(' + '),
    evidence: evidence.length === 0 ? null : [...new Set(evidence)].join('; '),
    origin,
    places: rows.map(({ place }) => place),
  };
}

/** `split 5:1` and `split` are of one kind; `split` and `bonus` on one day are two actions. */
function familyOf({ kind, priceFactor }: ActionRow): string {
  return priceFactor === 1 ? NO_ACTION : (/^[a-z]+/i.exec(kind)?.[0] ?? kind).toLowerCase();
}

function contradiction(one: ActionRow, other: ActionRow): string {
  return (
    `${other.place}: ${other.symbol} ${other.exDate} has the factor ${other.priceFactor}, ` +
    `but ${one.priceFactor} at ${one.place}. Keep the right one`
  );
}
