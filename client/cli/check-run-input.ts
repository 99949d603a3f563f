import { tileWindows } from '../../activities/plan/windows.js';
import { loadActions } from '../../data/actions/load-actions.js';
import { loadCalendar } from '../../data/calendar/calendar.js';
import { settleDates } from '../../data/calendar/settle-dates.js';
import { InvalidInputError } from '../../data/errors.js';
import { readPolicy } from '../../data/policy/read-policy.js';
import type { OpenInput, RunInput } from '../../data/schemas/run-input.js';
import type { UniverseMember } from '../../data/schemas/universe.js';
import { checkSource } from '../../data/sources/check-source.js';
import { loadAliases } from '../../data/symbols/symbol-aliases.js';
import { addDays } from '../../data/time/dates.js';
import { describeRenamed, settleMembers } from '../../data/universe/run-members.js';
import type { Cli } from './cli.js';
import { homeProblems } from './home-problems.js';
import { readRunInput } from './read-run-input.js';
import type { FlagTexts } from './run-flags.js';
import { flagName } from './run-flags.js';

/** A run's input that nothing is wrong with, as far as can be said before bars are read. */
export interface CheckedInput {
  /** With its dates as they are settled now. */
  readonly input: RunInput;
  /** The keys that the user wrote. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Who takes part, sorted by symbol. */
  readonly members: readonly UniverseMember[];
  /** Their symbols. */
  readonly symbols: readonly string[];
}

/**
 * The run's input from flags and config file, checked as far as it can be before anything is written or
 * started: values, universe, symbols, windows, the source's folders, the home.
 *
 * @param problems What is wrong already.
 * @throws InvalidInputError naming everything that is wrong.
 */
export async function checkedRunInput(
  cli: Cli,
  flags: FlagTexts,
  problems: readonly string[] = [],
): Promise<CheckedInput> {
  const { input: open, given, problems: wrongValues } = readRunInput(flags, cli.cwd);
  const { packageRoot } = cli;
  const all = [...problems, ...wrongValues];
  const calendar = loadCalendar(packageRoot);
  const dated = await collect(all, () => settleDates(open, calendar, Date.now()));
  const input = dated ?? { ...open, to: addDays(open.from, open.windowDays) };
  if (input.bars !== undefined && input.source !== 'csv')
    all.push(`--bars: only the csv source reads a folder, not ${input.source}; add --source csv`);
  const home = homeProblems(cli.home.root);
  const names = home.length === 0 ? cli : { packageRoot };
  const settled = await collect(all, () => settleMembers(input, names));
  if (dated !== undefined) await collect(all, () => tileWindows(dated.from, dated.to, dated.windowDays));
  // Wrong symbols do not keep the folder from being looked at.
  const found = settled ?? (await collect([], () => settleMembers({ ...input, symbols: undefined }, names)));
  if (found !== undefined && home.length === 0) {
    const universe = { name: input.universe, members: found.members };
    const { aliases } = await loadAliases(cli);
    await collect(all, async () => {
      await checkSource(input, { packageRoot, universe, aliases });
      if (input.source !== 'synthetic') await loadActions(cli, input);
    });
  }
  all.push(...home);
  if (home.length === 0) await collect(all, () => readPolicy(cli.home, packageRoot));
  if (all.length > 0 || settled === undefined) throw new InvalidInputError(all);
  const { membership, members, renamed } = settled;
  const symbols = members.map(({ symbol }) => symbol);
  if (renamed.size > 0) cli.note(`--symbols: ${describeRenamed(renamed)}`);
  return {
    input: { ...input, membership, ...(input.symbols === undefined ? {} : { symbols }) },
    ...{ given, members, symbols },
  };
}

/** A checked input without the dates that its run settles by the clock of its workers: those that nobody gave. */
export function withOpenDates({ input, given }: Pick<CheckedInput, 'input' | 'given'>): OpenInput {
  const { to, completeUntil, ...rest } = input;
  return {
    ...rest,
    ...('to' in given || input.source === 'synthetic' ? { to } : {}),
    ...('completeUntil' in given && completeUntil !== undefined ? { completeUntil } : {}),
  };
}

/** What a step gives; undefined where it refuses the input, with its problems added as those of flags. */
async function collect<Result>(
  problems: string[],
  step: () => Result | Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    problems.push(...error.problems.map(asFlag));
    return undefined;
  }
}

/** `symbols: …` of the data layer is `--symbols: …` on the command line. */
function asFlag(problem: string): string {
  const key = /^([a-z]\w*): /i.exec(problem)?.[1];
  return key === undefined ? problem : `${flagName(key)}${problem.slice(key.length)}`;
}
