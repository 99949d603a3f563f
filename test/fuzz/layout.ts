import type { Random } from '../../data/random.js';
import type { Row } from './bar.js';
import { chance, dayOf, isoDay, oneOf, shuffled } from './bar.js';
import type { FilePart, WrittenFile } from './pack.js';
import { packed } from './pack.js';
import type { Format } from './writers/format.js';

/** Lays the rows of all symbols out in files that hold many of them. */
export function layOutTogether(
  random: Random,
  format: Format,
  rows: readonly Row[],
  interval: string,
): WrittenFile[] {
  if (format.many === 'days') {
    const byDay = new Map<number, Row[]>();
    for (const row of rows) byDay.set(dayOf(row.time), [...(byDay.get(dayOf(row.time)) ?? []), row]);
    const days = [...byDay.values()].map((some) => fileOf(format, undefined, shuffled(random, some)));
    return packed(random, days);
  }
  const ordered = inOrder(random, format, chance(random, 0.5) ? rows : byName(rows), interval);
  const chunks = chance(random, 0.3) ? chunksOf(random, ordered) : [ordered];
  const parts = chunks.map((chunk, index) => {
    const part = fileOf(format, undefined, chunk);
    return index === 0 ? part : { ...part, name: `part-${index}-${part.name}` };
  });
  return packed(random, parts);
}

interface Alone {
  /** A name that one file for all rows may have. */
  readonly symbol: string;
  readonly interval: string;
}

/**
 * Lays the rows of one symbol out: in one file, in chunks that overlap (in one file, or in several), and in files of
 * their own for each name that it had.
 */
export function layOutAlone(
  random: Random,
  format: Format,
  rows: readonly Row[],
  { symbol, interval }: Alone,
): WrittenFile[] {
  const names = [...new Set(rows.map(({ name }) => name))];
  if (names.length === 1 || chance(random, 0.4))
    return layOutFiles(random, format, rows, { symbol, interval });
  return names.flatMap((name) => {
    const own = rows.filter((row) => row.name === name);
    return layOutFiles(random, format, own, { symbol: name, interval });
  });
}

function layOutFiles(
  random: Random,
  format: Format,
  rows: readonly Row[],
  { symbol, interval }: Alone,
): WrittenFile[] {
  const ordered = inOrder(random, format, rows, interval);
  const whole = [fileOf(format, symbol, ordered)];
  const how = oneOf(random, ['whole', 'whole', 'joined', 'files', 'subfolder'] as const);
  if (how === 'whole' || ordered.length < 2) return packed(random, whole);
  const parts = chunksOf(random, ordered).map((chunk) => ({ ...fileOf(format, symbol, chunk), chunk }));
  if (how === 'joined') {
    const joinable = format.header || format.many === 'rows';
    const texts = parts.flatMap(({ content }) => (typeof content === 'string' ? [content] : []));
    if (!joinable || texts.length < parts.length) return packed(random, whole);
    return packed(random, [{ ...fileOf(format, symbol, ordered), content: texts.join('') }]);
  }
  const named = parts.map(({ name, content, chunk }, index): FilePart => {
    if (how === 'files' || typeof content !== 'string') return { name: numbered(name, index), content };
    return { name: `${symbol}/${interval}/${rangeOf(chunk)}.csv`, content, dated: true };
  });
  const isUnique = new Set(named.map(({ name }) => name)).size === named.length;
  return packed(random, isUnique ? named : whole);
}

function fileOf(format: Format, symbol: string | undefined, rows: readonly Row[]): FilePart {
  return { name: format.fileName(symbol, rows), content: format.write(rows) };
}

/** `SBIN (1).csv`, as a browser names a second download. */
function numbered(name: string, index: number): string {
  const dot = name.lastIndexOf('.');
  return index === 0 ? name : `${name.slice(0, dot)} (${index})${name.slice(dot)}`;
}

function rangeOf(rows: readonly Row[]): string {
  const times = rows.map(({ time }) => time);
  const [first, last] = [isoDay(dayOf(Math.min(...times))), isoDay(dayOf(Math.max(...times)))];
  return first === last ? first : `${first}_${last}`;
}

/** Rising, falling or, where the first rows alone need not tell the interval, in no order. */
function inOrder(random: Random, format: Format, rows: readonly Row[], interval: string): readonly Row[] {
  const order = oneOf(random, ['usual', 'usual', 'usual', 'reversed', 'random'] as const);
  if (order === 'random' && interval === '1day') return shuffled(random, rows);
  const falling = format.falling === (order !== 'reversed');
  return [...rows].sort((a, b) => (falling ? b.time - a.time : a.time - b.time));
}

function byName(rows: readonly Row[]): readonly Row[] {
  return [...rows].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Chunks that overlap by some equal rows, in the order in which somebody downloaded them. */
function chunksOf(random: Random, rows: readonly Row[]): readonly (readonly Row[])[] {
  const count = random.integer(2, 4);
  const size = Math.ceil(rows.length / count);
  const overlap = random.integer(0, 5);
  const chunks: (readonly Row[])[] = [];
  for (let from = 0; from < rows.length; from += size) chunks.push(rows.slice(from, from + size + overlap));
  return chance(random, 0.5) ? chunks : shuffled(random, chunks);
}
