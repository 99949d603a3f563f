import { parseArgs } from 'node:util';

import { InvalidInputError } from '../../data/errors.js';
import { didYouMean } from '../../data/text/near-matches.js';
import { LARGEST_SEED, numberReader, parsedArguments } from '../support/program-arguments.js';
import { attemptsOf } from './campaign.js';
import type { AttackKind } from './kind.js';

/** Attacks of a usual campaign: some minutes. */
const USUAL_ATTACKS = 2_100;
const MOST_ATTACKS = 1_000_000;

export interface AttackArguments {
  readonly seed: number;
  readonly attempts: ReadonlyMap<AttackKind, number>;
}

/**
 * Seed and attempts from the command line. With `--only`, `--attacks` is the number of that kind; without
 * `--attacks`, a kind is tried as often as in a usual campaign.
 *
 * @throws InvalidInputError naming every wrong argument.
 */
export function attackArguments(args: readonly string[], kinds: readonly AttackKind[]): AttackArguments {
  const { seed = '1', attacks, only } = parse(args);
  const { number, problems } = numberReader();
  const names = kinds.map(({ name }) => name);
  const chosen = only === undefined ? kinds : kinds.filter(({ name }) => name === only);
  if (only !== undefined && chosen.length === 0)
    problems.push(
      `--only: there is no kind ${only}${didYouMean(only, names)}; the kinds are ${names.join(', ')}`,
    );
  const seeded = number('seed', seed, 0, LARGEST_SEED);
  const total = number('attacks', attacks ?? String(USUAL_ATTACKS), Math.max(1, chosen.length), MOST_ATTACKS);
  if (problems.length > 0) throw new InvalidInputError(problems);
  const usual = attemptsOf(kinds, USUAL_ATTACKS);
  const attempts =
    attacks === undefined
      ? new Map([...usual].filter(([kind]) => chosen.includes(kind)))
      : attemptsOf(chosen, total);
  return { seed: seeded, attempts };
}

function parse(args: readonly string[]): { seed?: string; attacks?: string; only?: string } {
  const options = {
    seed: { type: 'string' },
    attacks: { type: 'string' },
    only: { type: 'string' },
  } as const;
  return parsedArguments(() => parseArgs({ args: [...args], options }).values);
}
