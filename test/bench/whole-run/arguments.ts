import { parseArgs } from 'node:util';

import { InvalidInputError } from '../../../data/errors.js';
import { parsedArguments } from '../../support/program-arguments.js';

/** The parts of the benchmark, in their order. */
export const PARTS = ['700', 'real', 'incremental', '10k', '40k'] as const;
export type Part = (typeof PARTS)[number];

export interface RunBenchArguments {
  readonly json: boolean;
  readonly parts: ReadonlySet<Part>;
  /** Whether the peer runs, too. */
  readonly peer: boolean;
}

/** @throws InvalidInputError */
export function runBenchArguments(args: readonly string[]): RunBenchArguments {
  const { values } = parsedArguments(() =>
    parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean', default: false },
        only: { type: 'string' },
        'without-40k': { type: 'boolean', default: false },
        'without-peer': { type: 'boolean', default: false },
      },
    }),
  );
  const names = values.only?.split(',') ?? PARTS;
  const parts = PARTS.filter((part) => names.includes(part) && !(part === '40k' && values['without-40k']));
  const unknown = names.filter((name) => !PARTS.some((part) => part === name));
  if (unknown.length > 0)
    throw new InvalidInputError([`--only: must be some of ${PARTS.join(',')}, not ${unknown.join(',')}`]);
  return { json: values.json, parts: new Set(parts), peer: !values['without-peer'] };
}
