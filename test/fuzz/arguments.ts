import { parseArgs } from 'node:util';

import { InvalidInputError } from '../../data/errors.js';
import { LARGEST_SEED, numberReader, parsedArguments } from '../support/program-arguments.js';

const USUAL_FILES = 10_000;
const MOST_FILES = 1_000_000;

export interface FuzzArguments {
  readonly seed: number;
  /** Indices of the cases. */
  readonly indices: readonly number[];
  readonly keep: boolean;
}

/** @throws InvalidInputError naming every wrong argument. */
export function fuzzArguments(args: readonly string[]): FuzzArguments {
  const { seed = '1', files = String(USUAL_FILES), only, keep = false } = parse(args);
  const { number, problems } = numberReader();
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
  const options = {
    seed: { type: 'string' },
    files: { type: 'string' },
    only: { type: 'string' },
    keep: { type: 'boolean' },
  } as const;
  return parsedArguments(() => parseArgs({ args: [...args], options }).values);
}
