import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

import { tileWindows } from '../../activities/plan/windows.js';
import { loadCalendar } from '../../data/calendar.js';
import { errorMessage, InvalidInputError, systemErrorCode } from '../../data/errors.js';
import type { RunInput } from '../../data/schemas/run-input.js';
import { openSource } from '../../data/sources/open-source.js';
import { loadUniverse, selectSymbols } from '../../data/universe.js';
import type { Cli } from './cli.js';
import { readRunInput } from './read-run-input.js';
import type { FlagTexts } from './run-flags.js';
import { flagName } from './run-flags.js';

/**
 * The run's input from flags and config file, checked as far as it can be before anything is written or
 * started: names, folders, symbols.
 *
 * @param problems What is wrong already.
 * @throws InvalidInputError naming everything that is wrong.
 */
export async function checkedRunInput(
  cli: Cli,
  flags: FlagTexts,
  problems: readonly string[] = [],
): Promise<RunInput> {
  const read = readRunInput(flags, cli.cwd);
  const all = [
    ...problems,
    ...read.problems,
    ...(await dataProblems(cli, read.input)),
    ...homeProblems(cli.home.root),
  ];
  if (all.length > 0) throw new InvalidInputError(all);
  return read.input;
}

/** What is wrong with universe, symbols and source: the bars' folder and the format of its files too. */
async function dataProblems(cli: Cli, input: RunInput): Promise<string[]> {
  const { packageRoot } = cli;
  const { source, bars } = input;
  const problems =
    bars !== undefined && source !== 'csv'
      ? [`--bars: only the csv source reads a folder, not ${source}; add --source csv`]
      : [];
  try {
    const universe = await loadUniverse(input.universe, packageRoot);
    const members = selectSymbols(universe, input.symbols);
    tileWindows(input.from, input.to, input.windowDays);
    await openSource(input, {
      home: cli.home,
      packageRoot,
      universe: { ...universe, members },
      calendar: loadCalendar(packageRoot),
    });
    return problems;
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return [...problems, ...error.problems.map(asFlag)];
  }
}

/** `symbols: …` of the data layer is `--symbols: …` on the command line. */
function asFlag(problem: string): string {
  const key = /^([a-z]\w*): /i.exec(problem)?.[1];
  return key === undefined ? problem : `${flagName(key)}${problem.slice(key.length)}`;
}

/**
 * What keeps files from being written under a folder that need not be there yet. Nothing is written to
 * find out.
 */
export function homeProblems(home: string): string[] {
  const remedy = 'make it writable, or set GURUKUL_HOME to another folder';
  try {
    const nearest = nearestExisting(home);
    if (!statSync(nearest).isDirectory()) return [`cannot write to ${home}: ${nearest} is a file; ${remedy}`];
    accessSync(nearest, constants.W_OK | constants.X_OK);
    return [];
  } catch (error) {
    return [`cannot write to ${home} (${systemErrorCode(error) ?? errorMessage(error)}); ${remedy}`];
  }
}

function nearestExisting(folder: string): string {
  try {
    statSync(folder);
    return folder;
  } catch (error) {
    const parent = path.dirname(folder);
    if (parent === folder || !['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) throw error;
    return nearestExisting(parent);
  }
}
