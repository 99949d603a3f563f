import path from 'node:path';

import { InvalidInputError } from '../../data/errors.js';
import type { SourceName } from '../../data/schemas/run-choices.js';
import { RUN_ID_PATTERN, SOURCES, SYMBOL_PATTERN } from '../../data/schemas/run-choices.js';
import { didYouMean } from '../../data/text/near-matches.js';
import { isIsoDate } from '../../data/time/dates.js';
import { loadUniverse } from '../../data/universe/universe.js';
import type { Cli } from './cli.js';
import { homeProblems } from './home-problems.js';
import { readRunDraft } from './read-run-draft.js';
import type { FlagTexts } from './run-flags.js';
import type { ScoreFormat } from './score-formats.js';
import { SCORE_FORMATS } from './score-formats.js';
import { unusedFlags } from './unused-flags.js';

/** What `gurukul score` was asked for. */
export interface ScoreFlags {
  readonly run: string | undefined;
  /** The symbols to show, sorted; undefined: all. */
  readonly symbols: readonly string[] | undefined;
  readonly source: SourceName | undefined;
  /** Absolute path. */
  readonly bars: string | undefined;
  readonly asOf: string | undefined;
  readonly outcomes: boolean;
  readonly format: ScoreFormat;
  /** Absolute path. */
  readonly out: string | undefined;
}

/** Reads the flags. @throws InvalidInputError naming everything that is wrong. */
export async function readScoreFlags(cli: Cli, flags: FlagTexts): Promise<ScoreFlags> {
  const { values, problems: wrongTexts } = readRunDraft(flags, cli.cwd);
  const problems = [...wrongTexts, ...unusedFlags('score', flags), ...homeProblems(cli.home.root)];
  const text = (key: string): string | undefined => {
    const value = flags[key];
    return typeof value === 'string' ? value : undefined;
  };
  const [run, asOf, out] = [text('run'), text('asOf'), text('out')];
  if (run !== undefined && !RUN_ID_PATTERN.test(run)) problems.push(`--run: ${run} is not a run id`);
  if (asOf !== undefined && !isIsoDate(asOf))
    problems.push(`--as-of: must be an existing date, as YYYY-MM-DD, not ${asOf}`);
  const source = choiceOf('--source', values['source'], SOURCES, problems);
  const asked = choiceOf('--format', flags['format'], SCORE_FORMATS, problems);
  if (flags['json'] === true && asked !== undefined && asked !== 'json')
    problems.push(`--json: the form is ${asked} by --format; give one of both`);
  const format = flags['json'] === true ? 'json' : (asked ?? 'table');
  if (format === 'parquet' && out === undefined)
    problems.push('--out: is required for parquet: the file to write');
  const outcomes = flags['outcomes'] === true;
  if (outcomes && format !== 'table' && format !== 'json')
    problems.push(`--format: what came of scores is a table or json, not ${format}`);
  const symbols = await symbolsOf(cli, values, problems);
  if (problems.length > 0) throw new InvalidInputError(problems);
  const bars = values['bars'];
  return {
    ...{ run, symbols, source, asOf, outcomes, format },
    bars: typeof bars === 'string' ? bars : undefined,
    out: out === undefined ? undefined : path.resolve(cli.cwd, out),
  };
}

/** The symbols that are named, or those of the universe that is. */
async function symbolsOf(
  { packageRoot }: Cli,
  values: Readonly<Record<string, unknown>>,
  problems: string[],
): Promise<string[] | undefined> {
  const { symbols, universe } = values;
  if (symbols !== undefined && universe !== undefined)
    problems.push('--universe: give either this or symbols, not both');
  if (Array.isArray(symbols)) {
    const named = symbols.map(String);
    const strange = named.filter((symbol) => !SYMBOL_PATTERN.test(symbol));
    if (named.length === 0) problems.push('--symbols: names no symbol');
    if (strange.length > 0)
      problems.push(
        `--symbols: ${strange.map((symbol) => JSON.stringify(symbol.slice(0, 40))).join(', ')}: not NSE symbols, such as RELIANCE or M&M`,
      );
    return named.sort();
  }
  if (typeof universe !== 'string') return undefined;
  try {
    const { members } = await loadUniverse(universe, packageRoot);
    return members.map(({ symbol }) => symbol);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    problems.push(...error.problems.map((problem) => problem.replace(/^universe:/, '--universe:')));
    return undefined;
  }
}

function choiceOf<Choice extends string>(
  flag: string,
  given: unknown,
  choices: readonly Choice[],
  problems: string[],
): Choice | undefined {
  if (typeof given !== 'string') return undefined;
  const found = choices.find((choice) => choice === given);
  if (found === undefined)
    problems.push(`${flag}: must be one of ${choices.join(', ')}, not ${given}${didYouMean(given, choices)}`);
  return found;
}
