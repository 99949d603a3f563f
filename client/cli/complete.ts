import type { DescribedCommand, DescribedFlag } from './describe-commands.js';

/** One way in which a word can go on. */
export interface Completion {
  readonly value: string;
  /** Empty where there is nothing to say. */
  readonly description: string;
}

/** Where values come from that no command lists. */
export interface ValueLists {
  /** Ids of the runs that are known. */
  readonly runs: () => Promise<readonly string[]>;
}

/** Arguments that are the id of a run. */
const RUN_ARGUMENTS: readonly string[] = ['run', 'other'];

/**
 * What a shell offers for the last word of a command line. Nothing where the word is free text or a path:
 * shells then offer files.
 *
 * @param words What was typed behind the program's name; the last one is being typed, and may be empty.
 */
export async function complete(
  commands: readonly DescribedCommand[],
  words: readonly string[],
  lists: ValueLists,
): Promise<Completion[]> {
  const typed = joinedAtEquals(words);
  const current = typed.at(-1) ?? '';
  const before = typed.slice(0, -1);
  const command = commandOf(commands, before);
  if (command === undefined) return startingWith(current, nextNames(commands, before));

  const rest = before.slice(command.name.split(' ').length);
  // As zsh and fish hand it over: the flag and what is typed of its value in one word.
  const [, long = '', value = ''] = /^--([\w-]+)=(.*)$/s.exec(current) ?? [];
  const inOneWord = flagNamed(command, long);
  if (inOneWord !== undefined)
    return startingWith(value, choicesOf(inOneWord)).map((one) => ({
      ...one,
      value: `--${long}=${one.value}`,
    }));
  const waiting = flagNamed(command, (rest.at(-1) ?? '').replace(/^--/, ''));
  if (rest.at(-1)?.startsWith('--') === true && waiting?.takesValue === true)
    return startingWith(current, choicesOf(waiting));
  if (current.startsWith('-')) return startingWith(current, flagsLeft(command, rest));
  const argument = command.arguments[argumentsIn(command, rest)];
  if (argument === undefined) return [];
  const known = RUN_ARGUMENTS.includes(argument.name) ? await lists.runs() : argument.choices;
  return startingWith(current, known.map(bare));
}

/** bash makes three words of `--flag=value`, and two of `--flag=`. */
function joinedAtEquals(words: readonly string[]): string[] {
  const last = words.at(-1);
  if (last === '=') return [...words.slice(0, -1), ''];
  return words.filter((word) => word !== '=');
}

function commandOf(
  commands: readonly DescribedCommand[],
  words: readonly string[],
): DescribedCommand | undefined {
  return commands.find(({ name }) => name.split(' ').every((part, at) => words[at] === part));
}

/** Names of commands, or of those within a command such as `audit`. */
function nextNames(commands: readonly DescribedCommand[], before: readonly string[]): Completion[] {
  const found = new Map<string, string>();
  for (const { name, description } of commands) {
    const parts = name.split(' ');
    const next = parts[before.length];
    if (next === undefined || !before.every((word, at) => parts[at] === word)) continue;
    if (!found.has(next)) found.set(next, parts.length === before.length + 1 ? description : '');
  }
  return [...found].map(([value, description]) => ({ value, description }));
}

function flagNamed({ flags }: DescribedCommand, long: string): DescribedFlag | undefined {
  return flags.find((flag) => flag.long === long && flag.takesValue);
}

function choicesOf({ choices }: DescribedFlag): Completion[] {
  return choices.map(bare);
}

function flagsLeft({ flags }: DescribedCommand, given: readonly string[]): Completion[] {
  const used = new Set(given.map((word) => word.replace(/=.*$/s, '')));
  return flags
    .map(({ long, description }) => ({ value: `--${long}`, description }))
    .filter(({ value }) => !used.has(value));
}

/** How many arguments are complete: words that are neither flags nor their values. */
function argumentsIn(command: DescribedCommand, words: readonly string[]): number {
  return words.filter((word, at) => {
    if (word.startsWith('--')) return false;
    const flag = /^--([\w-]+)$/.exec(words[at - 1] ?? '')?.[1];
    return flag === undefined || flagNamed(command, flag) === undefined;
  }).length;
}

function bare(value: string): Completion {
  return { value, description: '' };
}

function startingWith(current: string, all: readonly Completion[]): Completion[] {
  return all.filter(({ value }) => value.startsWith(current));
}
