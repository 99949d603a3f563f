import path from 'node:path';
import { parseArgs } from 'node:util';

import { InvalidInputError, errorMessage } from '../../data/errors.js';
import type { Entry } from '../../data/schemas/run-choices.js';
import { ENTRIES } from '../../data/schemas/run-choices.js';
import { isIsoDate } from '../../data/time/dates.js';

export interface TeachArguments {
  /** Print one line of JSON at the end. */
  readonly json: boolean;
  /** A small sample in about half a minute: checks the benchmark rather than measuring. */
  readonly quick: boolean;
}

export interface QualityArguments {
  readonly json: boolean;
  /** Absolute folder of bar files. */
  readonly bars: string;
  /** Number of trainings, each with another seed. */
  readonly seeds: number;
  readonly from: string;
  readonly to: string;
  /** Where a trade can be made, as in a run. */
  readonly entry: Entry;
}

export interface ScaleArguments {
  readonly json: boolean;
  readonly symbols: number;
  /** Windows per symbol. */
  readonly windows: number;
  /** File with what `bench:run` printed: a run of this size is calculated from it. */
  readonly unitCosts?: string;
}

const MAX_SEEDS = 20;
const MAX_SYMBOLS = 100_000;
const MAX_WINDOWS = 1_000;

type Options = Readonly<Record<string, { readonly type: 'boolean' | 'string' }>>;

/** @throws InvalidInputError */
export function teachArguments(args: readonly string[]): TeachArguments {
  const { json, quick } = parse(args, { json: { type: 'boolean' }, quick: { type: 'boolean' } });
  return { json: json === true, quick: quick === true };
}

/** @throws InvalidInputError naming every wrong argument. */
export function qualityArguments(args: readonly string[]): QualityArguments {
  const values = parse(args, {
    json: { type: 'boolean' },
    bars: { type: 'string' },
    seeds: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    entry: { type: 'string' },
  });
  const { json, bars = '', seeds = '3', from = '2022-01-01', to = '2024-12-31' } = values;
  const entry = ENTRIES.find((name) => name === (values.entry ?? 'next-open'));
  const problems: string[] = [];
  if (bars === '') problems.push('--bars: give the folder of the bar files SYMBOL.csv');
  if (!isCount(seeds, MAX_SEEDS)) problems.push(countProblem('seeds', seeds, MAX_SEEDS));
  for (const [name, date] of Object.entries({ from, to }))
    if (!isIsoDate(date)) problems.push(`--${name}: must be a date that exists, as YYYY-MM-DD, not ${date}`);
  if (problems.length === 0 && from >= to) problems.push(`--from: must be before --to (${to})`);
  if (entry === undefined)
    problems.push(`--entry: must be one of ${ENTRIES.join(', ')}, not ${values.entry ?? ''}`);
  if (problems.length > 0 || entry === undefined) throw new InvalidInputError(problems);
  return { json: json === true, bars: path.resolve(bars), seeds: Number(seeds), from, to, entry };
}

/** @throws InvalidInputError naming every wrong argument. */
export function scaleArguments(args: readonly string[]): ScaleArguments {
  const values = parse(args, {
    json: { type: 'boolean' },
    symbols: { type: 'string' },
    windows: { type: 'string' },
    'unit-costs': { type: 'string' },
  });
  const { json, symbols = '10000', windows = '100', 'unit-costs': unitCosts } = values;
  const problems = [
    ...(isCount(symbols, MAX_SYMBOLS) ? [] : [countProblem('symbols', symbols, MAX_SYMBOLS)]),
    ...(isCount(windows, MAX_WINDOWS) ? [] : [countProblem('windows', windows, MAX_WINDOWS)]),
  ];
  if (problems.length > 0) throw new InvalidInputError(problems);
  return {
    json: json === true,
    symbols: Number(symbols),
    windows: Number(windows),
    ...(unitCosts === undefined ? {} : { unitCosts: path.resolve(unitCosts) }),
  };
}

function isCount(text: string, most: number): boolean {
  return /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= most;
}

function countProblem(name: string, text: string, most: number): string {
  return `--${name}: must be a whole number from 1 to ${most}, not ${text}`;
}

function parse<const T extends Options>(
  args: readonly string[],
  options: T,
): ReturnType<typeof parseArgs<{ options: T }>>['values'] {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new InvalidInputError([errorMessage(error)]);
  }
}
