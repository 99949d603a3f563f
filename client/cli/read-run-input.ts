import { readFileSync } from 'node:fs';
import path from 'node:path';

import { errorMessage, InvalidInputError, systemErrorCode } from '../../data/errors.js';
import { didYouMean } from '../../data/near-matches.js';
import type { RunInput } from '../../data/schemas/run-input.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import { parseInput } from '../../data/schemas/problems.js';
import type { FlagTexts } from './run-flags.js';
import { flagName, RUN_FLAGS } from './run-flags.js';

/** What could be made of the flags, and everything that is wrong with them. */
export interface ReadInput {
  /** Every default filled; keys with a mistake are left out and stand at their default. */
  readonly input: RunInput;
  /** Keys that the user wrote and that are right as far as they go. */
  readonly given: ReadonlySet<string>;
  readonly problems: readonly string[];
}

const KEYS: readonly string[] = Object.keys(runInputSchema.shape);

/**
 * Makes a run's input of flags and config file. Mistakes are collected, not thrown, so that checks that
 * need more than the text (does the symbol exist?) can add theirs and all be told at once.
 *
 * @param cwd Absolute folder that relative paths of flags start from; those of a config file start from
 * its own folder.
 */
export function readRunInput(flags: FlagTexts, cwd: string): ReadInput {
  const problems: string[] = [];
  const fromFile = readConfigFile(flags['config'], cwd, problems);
  const fromFlags = readFlags(flags, cwd, problems);
  let draft: Readonly<Record<string, unknown>> = { ...fromFile, ...fromFlags };

  // A wrong field is told, left out, and the rest is read again: so rules across fields are told too.
  for (;;) {
    const wrong = new Set<string>();
    try {
      const input = parseInput(runInputSchema, draft, (where) => {
        wrong.add(where.split('.')[0] ?? where);
        return flagName(where);
      });
      return { input, given: new Set(Object.keys(draft)), problems };
    } catch (error) {
      if (!(error instanceof InvalidInputError) || wrong.size === 0) throw error;
      problems.push(...error.problems);
      // csv without its folder: the source is the wrong one of the two to leave standing.
      if (wrong.has('bars') && draft['bars'] === undefined) wrong.add('source');
      // A missing date stands at its default, which may be the one that the other contradicts.
      if (wrong.has('from') && draft['from'] === undefined) wrong.add('to');
      draft = Object.fromEntries(Object.entries(draft).filter(([key]) => !wrong.has(key)));
    }
  }
}

/** Only the keys that the user has given, right or wrong: what is filled later keeps its defaults. */
export function readInputKeys(flags: FlagTexts, cwd: string): Record<string, unknown> {
  const { input, given } = readRunInput(flags, cwd);
  return Object.fromEntries(Object.entries(input).filter(([key]) => given.has(key)));
}

function readFlags(flags: FlagTexts, cwd: string, problems: string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { key, kind } of RUN_FLAGS) {
    const text = flags[key];
    if (typeof text !== 'string') continue;
    if (kind === 'number') {
      if (text.trim() !== '' && Number.isFinite(Number(text))) values[key] = Number(text);
      else problems.push(`${flagName(key)}: "${text}" is not a number`);
    } else if (kind === 'list') {
      values[key] = symbolList(text);
    } else {
      values[key] = kind === 'path' ? absolutePath(key, text, cwd) : text;
    }
  }
  const file = flags['symbolsFile'];
  if (typeof file === 'string') {
    if ('symbols' in values) problems.push('--symbols-file: give either this or --symbols, not both');
    else {
      const symbols = readSymbolsFile(path.resolve(cwd, file), problems);
      if (symbols !== undefined) values['symbols'] = symbols;
    }
  }
  return values;
}

function absolutePath(key: string, text: string, folder: string): string {
  return text === '' || (key === 'universe' && !/[./\\]/.test(text)) ? text : path.resolve(folder, text);
}

/** Symbols of a comma- or space-separated list, in capitals, each once. */
export function symbolList(text: string): string[] {
  const symbols = text.split(/[\s,]+/).filter((symbol) => symbol !== '');
  return [...new Set(symbols.map((symbol) => symbol.toUpperCase()))];
}

function readSymbolsFile(file: string, problems: string[]): string[] | undefined {
  const text = readText('--symbols-file', file, problems);
  if (text === undefined) return undefined;
  const symbols = symbolList(text.replace(/#.*/g, ''));
  const strange = symbols.filter((symbol) => !/^[A-Z0-9&-]{1,20}$/.test(symbol));
  if (symbols.length === 0) problems.push(`--symbols-file: ${file} names no symbol`);
  else if (strange.length > 0) {
    problems.push(
      `--symbols-file: ${file} is not a list of NSE symbols, one a line: ${JSON.stringify(strange[0]?.slice(0, 40))} is none`,
    );
  } else return symbols;
  return undefined;
}

function readConfigFile(flag: unknown, cwd: string, problems: string[]): Record<string, unknown> {
  if (typeof flag !== 'string') return {};
  const file = path.resolve(cwd, flag);
  const text = readText('--config', file, problems);
  if (text === undefined) return {};
  const content = parseJson(text, file, problems);
  if (content === undefined) return {};
  const config: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(content)) {
    if (!KEYS.includes(key)) {
      problems.push(`--config: ${file}: there is no key "${key}"${didYouMean(key, KEYS)}`);
      continue;
    }
    const isPath = RUN_FLAGS.some((flagOfKey) => flagOfKey.key === key && flagOfKey.kind === 'path');
    config[key] = isPath && typeof value === 'string' ? absolutePath(key, value, path.dirname(file)) : value;
  }
  return config;
}

function parseJson(text: string, file: string, problems: string[]): object | undefined {
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) return content;
    problems.push(`--config: ${file} must hold a JSON object such as {"windowDays": 180}`);
  } catch (error) {
    problems.push(`--config: ${file} is not JSON: ${errorMessage(error).replace(/\s+/g, ' ')}`);
  }
  return undefined;
}

function readText(flag: string, file: string, problems: string[]): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = systemErrorCode(error);
    const why =
      code === 'ENOENT' || code === 'ENOTDIR'
        ? 'is not there'
        : code === 'EISDIR'
          ? 'is a folder, not a file'
          : `cannot be read: ${errorMessage(error)}`;
    problems.push(`${flag}: ${file} ${why}`);
    return undefined;
  }
}
