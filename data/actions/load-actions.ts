import path from 'node:path';

import { InvalidInputError, errorMessage, systemErrorCode } from '../errors.js';
import type { Home } from '../store/home.js';
import { MAX_INPUT_BYTES } from '../store/read-bounded.js';
import { readRegular } from '../store/read-regular.js';
import { loadAliases } from '../symbols/symbol-aliases.js';
import type { ActionFile, ActionWithoutFactor } from './action-file.js';
import { parseActionFile } from './action-file.js';
import type { ActionOrigin, ListedAction } from './merge-actions.js';
import { actionKey, mergeActions } from './merge-actions.js';

/** Name of the list in a folder of bar files. */
export const ACTIONS_FILE = 'corporate_actions.csv';

/** All lists of corporate actions, merged. */
export interface LoadedActions {
  readonly actions: readonly ListedAction[];
  /** Those that no list has a factor for. */
  readonly withoutFactor: readonly ActionWithoutFactor[];
  /** Whether a list has a row of that company and day, be it one that takes an action away. */
  readonly isListed: (action: Pick<ListedAction, 'symbol' | 'exDate'>) => boolean;
  /** Whether the folder of bar files has a list without any row. */
  readonly emptyInBars: boolean;
  /** The newest symbol of a company. */
  readonly newestOf: (symbol: string) => string;
  /** A company's actions by any of its symbols, in order of ex-date. */
  readonly of: (symbol: string) => readonly ListedAction[];
}

/**
 * Loads the project's list, the home's (`actions/corporate-actions.csv`) and that of the folder of bar files
 * (`corporate_actions.csv`), each winning over those before it, row by row.
 *
 * @param options.bars The folder; absent: none.
 * @param options.without A list that is left out.
 * @throws InvalidInputError naming every wrong line.
 */
export async function loadActions(
  { home, packageRoot }: { readonly home: Home; readonly packageRoot: string },
  { bars, without }: { readonly bars?: string | undefined; readonly without?: ActionOrigin } = {},
): Promise<LoadedActions> {
  const { newest: newestOf } = await loadAliases({ home, packageRoot });
  const files: (readonly [ActionOrigin, string])[] = [
    ['project', path.join(packageRoot, 'data', 'reference', 'corporate-actions.csv')],
    ['home', home.corporateActions()],
    ...(bars === undefined ? [] : [['bars', path.join(bars, ACTIONS_FILE)] as const]),
  ];
  const lists: (ActionFile & { readonly origin: ActionOrigin })[] = [];
  for (const [origin, file] of files) {
    const text = origin === without ? undefined : await readList(file);
    if (text !== undefined) lists.push({ origin, ...parseActionFile(text, file) });
  }
  const actions = mergeActions(lists, newestOf);
  // A row of factor 1 says that there is nothing to apply.
  const known = new Set(
    lists.flatMap(({ rows }) => rows.map((row) => actionKey({ ...row, symbol: newestOf(row.symbol) }))),
  );
  const isListed: LoadedActions['isListed'] = ({ symbol, exDate }) =>
    known.has(actionKey({ symbol: newestOf(symbol), exDate }));
  const bySymbol = new Map<string, ListedAction[]>();
  for (const action of actions) bySymbol.set(action.symbol, [...(bySymbol.get(action.symbol) ?? []), action]);
  return {
    actions,
    withoutFactor: lists.flatMap(({ withoutFactor }) => withoutFactor).filter((action) => !isListed(action)),
    isListed,
    emptyInBars: lists.some(
      ({ origin, rows, withoutFactor, ignored }) =>
        origin === 'bars' && rows.length + withoutFactor.length + ignored === 0,
    ),
    newestOf,
    of: (symbol) => bySymbol.get(newestOf(symbol)) ?? [],
  };
}

/** The text of a list; undefined if there is none. @throws InvalidInputError when it cannot be read. */
export async function readList(file: string): Promise<string | undefined> {
  try {
    return (await readRegular(file, MAX_INPUT_BYTES)).toString('utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw new InvalidInputError([
      `${file}: cannot be read as a list of corporate actions (${systemErrorCode(error) ?? errorMessage(error)})`,
    ]);
  }
}
