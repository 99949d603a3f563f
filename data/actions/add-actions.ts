import Papa from 'papaparse';

import { InvalidInputError } from '../errors.js';
import { writeFileAtomic } from '../store/files.js';
import type { Home } from '../store/home.js';
import type { ActionRow } from './action-file.js';
import { parseActionFile } from './action-file.js';
import { loadActions, readList } from './load-actions.js';
import type { ListedAction } from './merge-actions.js';
import { actionKey, isSameFactor, joinDays, sortActions } from './merge-actions.js';

/** What adding rows to the home's list did. */
export interface AddedActions {
  /** Absolute path of the home's list. */
  readonly file: string;
  /** In the home's list now, and not before. */
  readonly added: readonly ListedAction[];
  /** Actions of the project's list, or of the home's before, that `added` wins over. */
  readonly replaced: readonly ListedAction[];
  /** Were listed with the same factor already. */
  readonly known: readonly ListedAction[];
}

/**
 * Adds rows to the home's list of corporate actions. What the project's list or the home's has already, with the
 * same factor, is not added again; a row wins over the project's. Nothing is written when there is a problem.
 *
 * @param options.replace Rows may win over other rows of the home's list.
 * @throws InvalidInputError naming every contradiction, within the rows and with the home's list.
 */
export async function addActions(
  rows: readonly ActionRow[],
  deps: { readonly home: Home; readonly packageRoot: string },
  { replace = false }: { readonly replace?: boolean } = {},
): Promise<AddedActions> {
  const file = deps.home.corporateActions();
  const others = await loadActions(deps, { without: 'home' });
  const kept = await homeList(file, others.newestOf);
  const wanted = joinDays({ origin: 'home', rows }, others.newestOf);
  const listed = new Map(others.actions.map((one) => [actionKey(one), one]));
  const problems = [...wanted.problems];
  const [added, replaced, known]: [ListedAction[], ListedAction[], ListedAction[]] = [[], [], []];
  for (const action of wanted.actions) {
    const own = kept.get(actionKey(action));
    const before = own ?? listed.get(actionKey(action));
    if (before !== undefined && isSameFactor(before.priceFactor, action.priceFactor)) {
      known.push(action);
      continue;
    }
    if (own !== undefined && !replace) problems.push(contradiction(action, own));
    added.push(action);
    if (before !== undefined) replaced.push(before);
  }
  if (problems.length > 0) throw new InvalidInputError(problems);
  if (added.length > 0) {
    for (const action of added) kept.set(actionKey(action), action);
    await writeFileAtomic(file, listText(sortActions([...kept.values()])));
  }
  return { file, added, replaced, known };
}

/** The home's own rows by company and day. */
async function homeList(
  file: string,
  newestOf: (symbol: string) => string,
): Promise<Map<string, ListedAction>> {
  const text = await readList(file);
  if (text === undefined) return new Map();
  const { rows, withoutFactor, ignored } = parseActionFile(text, file);
  if (withoutFactor.length + ignored > 0)
    throw new InvalidInputError([
      `${file}: is a download of the NSE. Move it to another place and add it with gurukul actions add --file`,
    ]);
  const { actions, problems } = joinDays({ origin: 'home', rows }, newestOf);
  if (problems.length > 0) throw new InvalidInputError(problems);
  return new Map(actions.map((one) => [actionKey(one), one]));
}

function contradiction({ symbol, exDate, priceFactor, places }: ListedAction, own: ListedAction): string {
  return (
    `${places.join(', ')}: ${symbol} ${exDate} has the factor ${priceFactor}, but ${own.priceFactor} ` +
    `at ${own.places.join(', ')}. Add it with --replace, or leave it out`
  );
}

function listText(actions: readonly ListedAction[]): string {
  const rows = actions.map(({ symbol, exDate, priceFactor, kind, evidence }) => ({
    symbol,
    ex_date: exDate,
    price_factor: priceFactor,
    kind,
    evidence: evidence ?? '',
  }));
  return `${Papa.unparse(rows, { newline: '\n' })}\n`;
}
