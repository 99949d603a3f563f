import path from 'node:path';

import type { ActionRow, ActionWithoutFactor } from '../../../data/actions/action-file.js';
import { NO_ACTION, parseActionFile } from '../../../data/actions/action-file.js';
import { addActions } from '../../../data/actions/add-actions.js';
import { addCommand } from '../../../data/actions/add-command.js';
import { loadActions } from '../../../data/actions/load-actions.js';
import type { ListedAction } from '../../../data/actions/merge-actions.js';
import { readDate } from '../../../data/actions/read-date.js';
import { loadCalendar } from '../../../data/calendar/calendar.js';
import { InvalidInputError, errorMessage, systemErrorCode } from '../../../data/errors.js';
import { didYouMean } from '../../../data/text/near-matches.js';
import { SYMBOL_PATTERN } from '../../../data/schemas/run-choices.js';
import { readBounded, tooLargeText } from '../../../data/store/read-bounded.js';
import { loadSymbolMaster } from '../../../data/symbols/symbol-master.js';
import { dayNumber } from '../../../data/time/dates.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { factorText, plural } from '../format.js';
import { homeProblems } from '../home-problems.js';
import type { FlagTexts } from '../run-flags.js';
import { unusedFlags } from '../unused-flags.js';

/** The arguments of `actions add`, as typed. */
export interface ActionWords {
  readonly symbol: string | undefined;
  readonly exDate: string | undefined;
  readonly factor: string | undefined;
}

/** Adds one action, or those of a file, to the home's own list. */
export async function addAction(cli: Cli, words: ActionWords, flags: FlagTexts): Promise<ExitCode> {
  const unused = unusedFlags('actions add', flags);
  if (unused.length > 0) throw new InvalidInputError(unused);
  const problems = homeProblems(cli.home.root);
  const { file } = flags;
  const read = typeof file === 'string' ? readList(cli, file, words) : readWords(cli, words, flags);
  problems.push(...read.problems);
  if (problems.length > 0) throw new InvalidInputError(problems);
  const done = await addActions(read.rows, cli, { replace: flags['replace'] === true });
  const { isListed } = await loadActions(cli);
  const withoutFactor = read.withoutFactor.filter((action) => !isListed(action));
  if (flags['json'] === true) {
    cli.out(JSON.stringify({ ...done, withoutFactor, ignored: read.ignored }));
    return EXIT.ok;
  }
  for (const action of done.added) cli.out(`added ${describe(action)}`);
  for (const { symbol, exDate, priceFactor, origin } of done.replaced)
    cli.out(
      `  it wins over the factor ${priceFactor} of ${symbol} ${exDate} in ${origin === 'project' ? "the project's list" : 'your list before'}`,
    );
  if (done.known.length > 0) cli.out(`${plural(done.known.length, 'action')} listed already`);
  if (read.ignored > 0) cli.out(`${plural(read.ignored, 'row')} without a step in prices ignored`);
  if (withoutFactor.length > 0)
    cli.out([
      `${plural(withoutFactor.length, 'action')} without a factor in the file, to be added by hand:`,
      ...withoutFactor.map((action) => `  ${addCommand({ ...action, kind: action.purpose })}`),
    ]);
  if (done.added.length > 0) cli.out(`your list: ${done.file}`);
  for (const note of await unknownSymbols(cli, done.added)) cli.note(note);
  return EXIT.ok;
}

/** Rows that were read, and what is wrong. */
interface ReadRows {
  readonly rows: readonly ActionRow[];
  readonly withoutFactor: readonly ActionWithoutFactor[];
  readonly ignored: number;
  readonly problems: readonly string[];
}

function readList(cli: Cli, file: string, words: ActionWords): ReadRows {
  const typed = Object.values(words).filter((word) => word !== undefined);
  const problems =
    typed.length === 0 ? [] : [`${typed.join(' ')}: give either one action or --file, not both`];
  const nothing = { rows: [], withoutFactor: [], ignored: 0 };
  try {
    const text = readBounded(path.resolve(cli.cwd, file));
    if (text === undefined) return { ...nothing, problems: [...problems, `--file: ${tooLargeText(file)}`] };
    return { ...parseActionFile(text, file), problems };
  } catch (error) {
    if (error instanceof InvalidInputError) return { ...nothing, problems: [...problems, ...error.problems] };
    const why = systemErrorCode(error) ?? errorMessage(error);
    return { ...nothing, problems: [...problems, `--file: cannot read ${file} (${why})`] };
  }
}

function readWords(cli: Cli, words: ActionWords, flags: FlagTexts): ReadRows {
  const symbol = words.symbol?.toUpperCase() ?? '';
  const exDate = readDate(words.exDate ?? '');
  const removes = flags['kind'] === NO_ACTION;
  const priceFactor = removes && words.factor === undefined ? 1 : readFactor(words.factor ?? '');
  const kind = typeof flags['kind'] === 'string' ? flags['kind'].trim() : priceFactor === 1 ? NO_ACTION : '';
  const problems: string[] = [];
  if (!SYMBOL_PATTERN.test(symbol))
    problems.push(`symbol: ${said(words.symbol)} must be an NSE symbol, such as RELIANCE`);
  if (exDate === undefined)
    problems.push(`ex_date: ${said(words.exDate)} must be a date such as 2022-09-15 or 15-Sep-2022`);
  else problems.push(...closedDay(cli, exDate));
  if (priceFactor === undefined)
    problems.push(`factor: ${said(words.factor)} must be a number above 0, such as 5, 1.5 or 4/3`);
  if (removes && priceFactor !== undefined && priceFactor !== 1)
    problems.push(`--kind: none takes an action away, and needs no factor (or 1), not ${priceFactor}`);
  if (kind === '') problems.push('--kind: is required: split 10:2, bonus 1:1, demerger (…)');
  const evidence = typeof flags['evidence'] === 'string' ? flags['evidence'].trim() : '';
  const row = {
    symbol,
    exDate: exDate ?? '',
    priceFactor: priceFactor ?? NaN,
    kind,
    evidence: evidence === '' ? null : evidence,
    place: 'this action',
  };
  return { rows: problems.length > 0 ? [] : [row], withoutFactor: [], ignored: 0, problems };
}

/** `5`, `1.5` or `4/3`. */
function readFactor(text: string): number | undefined {
  const [, above = '', below = '1'] = /^(\d+(?:\.\d+)?)(?:\/(\d+(?:\.\d+)?))?$/.exec(text.trim()) ?? [];
  const factor = above === '' ? NaN : Number(above) / Number(below);
  return Number.isFinite(factor) && factor > 0 ? factor : undefined;
}

/** An ex-date is a session: another day is a mistake. */
function closedDay(cli: Cli, exDate: string): string[] {
  const calendar = loadCalendar(cli.packageRoot);
  const day = dayNumber(exDate);
  if (day < calendar.from || day >= calendar.to || calendar.isSession(day)) return [];
  return [`ex_date: ${exDate} is no session of the NSE; the ex-date is the first session at the new price`];
}

function said(word: string | undefined): string {
  return word === undefined ? 'is required, and' : JSON.stringify(word);
}

function describe({ symbol, exDate, priceFactor, kind }: ListedAction): string {
  if (priceFactor === 1) return `${symbol} ${exDate}: no action on that day`;
  return `${symbol} ${exDate} factor ${factorText(priceFactor)} (${kind})`;
}

/** A symbol that nobody knows may be mistyped; it may also be a share that the list of symbols does not have. */
async function unknownSymbols(cli: Cli, added: readonly ListedAction[]): Promise<string[]> {
  const master = await loadSymbolMaster(cli.packageRoot, cli.home);
  const known = master.records.flatMap((record) => [record.symbol, ...record.formerSymbols]);
  return added
    .filter(({ symbol }) => master.find(symbol) === undefined)
    .map(({ symbol }) => `note: ${symbol} is not in the list of symbols${didYouMean(symbol, known)}`);
}
