import { InvalidInputError } from '../../data/errors.js';
import { parseInput } from '../../data/schemas/parse-input.js';
import type { OpenInput } from '../../data/schemas/run-input.js';
import { openInputSchema } from '../../data/schemas/run-input.js';
import { readRunDraft } from './read-run-draft.js';
import type { FlagTexts } from './run-flags.js';
import { flagName } from './run-flags.js';

/** The input that flags and config file give, and everything that is wrong with them. */
export interface ReadInput {
  /** Every default filled but an end that depends on the clock; keys with a mistake stand at their default. */
  readonly input: OpenInput;
  /** The keys that the user wrote, right as far as they go: defaults stay open. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly problems: readonly string[];
}

/**
 * Makes a run's input of flags and config file. Mistakes are collected, not thrown, so that checks that
 * need more than the text (does the symbol exist?) can add theirs and all are named at once.
 *
 * @param cwd As for {@link readRunDraft}.
 */
export function readRunInput(flags: FlagTexts, cwd: string): ReadInput {
  const { values, problems: wrongTexts } = readRunDraft(flags, cwd);
  const problems = [...wrongTexts];
  let draft = values;

  // A wrong field is named, left out, and the rest is read again: so rules across fields are named too.
  for (;;) {
    const wrong = new Set<string>();
    try {
      const input = parseInput(openInputSchema, draft, (where) => {
        wrong.add(where.split('.')[0] ?? where);
        return flagName(where);
      });
      const given = Object.fromEntries(Object.entries(input).filter(([key]) => key in draft));
      return { input, given, problems };
    } catch (error) {
      if (!(error instanceof InvalidInputError) || wrong.size === 0) throw error;
      problems.push(...error.problems);
      // csv without its folder: the source is the wrong one of the two to leave standing.
      if (wrong.has('bars') && draft['bars'] === undefined) wrong.add('source');
      // A missing date stands at its default, which may be the one that the other contradicts.
      if (wrong.has('from') && draft['from'] === undefined) wrong.add('to');
      const isFolder = wrong.has('source') && draft['bars'] !== undefined;
      draft = Object.fromEntries(Object.entries(draft).filter(([key]) => !wrong.has(key)));
      // With a folder of bars, the wrong name of a source stands for csv, and its other flags are no mistake.
      if (isFolder) draft = { ...draft, source: 'csv' };
    }
  }
}
