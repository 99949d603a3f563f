import { parseArgs } from 'node:util';

import { InvalidInputError, errorMessage } from '../../data/errors.js';

const USUAL_FILES = 10_000;
const MOST_FILES = 1_000_000;
const LARGEST_SEED = 0xffff_ffff;

export interface FuzzArguments {
  readonly seed: number;
  /** Indices of the cases. */
  readonly indices: readonly number[];
  readonly keep: boolean;
}

/** @throws InvalidInputError naming every wrong argument. */
export function fuzzArguments(args: readonly string[]): FuzzArguments {
  const { seed = '1', files = String(USUAL_FILES), only, keep = false } = parse(args);
  const problems: string[] = [];
  const number = (name: string, text: string, lowest: number, highest: number): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < lowest || value > highest)
      problems.push(`--${name}: must be a whole number from ${lowest} to ${highest}, not ${text}`);
    return value;
  };
  const values = {
    seed: number('seed', seed, 0, LARGEST_SEED),
    indices:
      only === undefined
        ? Array.from({ length: number('files', files, 1, MOST_FILES) }, (_, index) => index)
        : [number('only', only, 0, MOST_FILES)],
    keep,
  };
  if (problems.length > 0) throw new InvalidInputError(problems);
  return values;
}

function parse(args: readonly string[]): { seed?: string; files?: string; only?: string; keep?: boolean } {
  try {
    const options = {
      seed: { type: 'string' },
      files: { type: 'string' },
      only: { type: 'string' },
      keep: { type: 'boolean' },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new InvalidInputError([errorMessage(error)]);
  }
}
