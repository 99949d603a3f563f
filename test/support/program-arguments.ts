import { InvalidInputError, errorMessage } from '../../data/errors.js';

/** Seeds are 32-bit. */
export const LARGEST_SEED = 0xffff_ffff;

/** Reads the numbers among a program's arguments, and collects what is wrong with them. */
export interface NumberReader {
  /** A whole number within bounds. @param name Of the flag. */
  readonly number: (name: string, text: string, lowest: number, highest: number) => number;
  readonly problems: string[];
}

export function numberReader(): NumberReader {
  const problems: string[] = [];
  return {
    problems,
    number: (name, text, lowest, highest) => {
      const value = Number(text);
      if (!/^\d+$/.test(text) || value < lowest || value > highest)
        problems.push(`--${name}: must be a whole number from ${lowest} to ${highest}, not ${text}`);
      return value;
    },
  };
}

/** What `parse` gives. @throws InvalidInputError for arguments that it refuses. */
export function parsedArguments<Values>(parse: () => Values): Values {
  try {
    return parse();
  } catch (error) {
    throw new InvalidInputError([errorMessage(error)]);
  }
}
