import path from 'node:path';

import { errorMessage, systemErrorCode } from '../../data/errors.js';
import { didYouMean } from '../../data/text/near-matches.js';
import { MAX_SYMBOLS } from '../../data/schemas/run-choices.js';
import { openInputSchema } from '../../data/schemas/run-input.js';
import { readBounded, tooLargeText } from '../../data/store/read-bounded.js';
import type { FlagTexts } from './run-flags.js';
import { flagName, RUN_FLAGS } from './run-flags.js';

/** The keys of a run's input that the user has written, with values that no schema has seen yet. */
export interface RunDraft {
  readonly values: Readonly<Record<string, unknown>>;
  readonly problems: readonly string[];
}

const KEYS: readonly string[] = Object.keys(openInputSchema.shape);

/**
 * Reads flags and config file; flags win. Mistakes are collected, so that later checks can add theirs.
 *
 * @param cwd Absolute folder that relative paths of flags start from; those of a config file start from
 * its own folder.
 */
export function readRunDraft(flags: FlagTexts, cwd: string): RunDraft {
  const problems: string[] = [];
  const fromFile = readConfigFile(flags['config'], cwd, problems);
  const fromFlags = readFlags(flags, cwd, problems);
  return { values: { ...fromFile, ...fromFlags }, problems };
}

function readFlags(flags: FlagTexts, cwd: string, problems: string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { key, kind } of RUN_FLAGS) {
    const text = flags[key];
    if (kind === 'switch' && text === true) values[key] = true;
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
  else if (symbols.length > MAX_SYMBOLS)
    problems.push(
      `--symbols-file: ${file} names ${symbols.length} symbols; a run takes at most ${MAX_SYMBOLS}: split it into several runs`,
    );
  else if (strange.length > 0) {
    problems.push(
      `--symbols-file: ${file} is not a list of NSE symbols, one a line: ${JSON.stringify(strange[0]?.slice(0, 40))} is not a symbol`,
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
    const text = readBounded(file);
    if (text === undefined) problems.push(`${flag}: ${tooLargeText(file)}`);
    return text;
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
