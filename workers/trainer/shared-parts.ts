import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deserialize, serialize } from 'node:v8';

import { z } from 'zod';

import type { SymbolPart } from '../../activities/market/features/symbol-part.js';
import type { ComputeGroups, PartGroup } from '../../activities/market/load-feature-table.js';
import { computeAll } from '../../activities/market/load-feature-table.js';
import { systemErrorCode } from '../../data/errors.js';
import { readIfExists, writeFileAtomic } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { unitKey } from '../../data/store/units.js';

/*
 * Trainers run side by side, and each needs the features of the whole universe. Here they share the work:
 * every group of symbols is computed by the trainer that claims it first, and kept as a file that the others
 * read. Results do not depend on it: what is missing, damaged or late is computed again, to the same bits.
 */

/** How much is shared. */
export interface SharingLimits {
  /** Bars of the largest table that is shared; with more, files cost more than they save. */
  readonly mostBars: number;
  /** Bytes that the files may take; the least recently used are removed first. */
  readonly mostBytes: number;
}

const LIMITS: SharingLimits = { mostBars: 2_000_000, mostBytes: 512 * 1024 * 1024 };
/** A claim this old belongs to a process that is gone: others stop waiting. A group takes a tenth of a second. */
const STALE_MS = 3_000;
const LOOK_EVERY_MS = 4;
const DIGEST_BYTES = 32;

/**
 * How a trainer gets the groups of a table.
 *
 * @param codeVersion Digest of the program: parts of other code are never used.
 */
export function sharedParts(home: Home, codeVersion: string, limits = LIMITS): ComputeGroups {
  return async (groups) => {
    if (groups.reduce((sum, { bars }) => sum + bars, 0) > limits.mostBars) return computeAll(groups);
    const places = groups.map((group) => ({
      group,
      file: home.featureParts(unitKey({ code: codeVersion, ...group.of })),
    }));
    await mkdir(home.featurePartsDir(), { recursive: true }).catch(() => undefined);
    const parts: SymbolPart[] = [];
    const writing: Promise<unknown>[] = [];
    const elsewhere: Place[] = [];
    for (const place of places) {
      const known = await readParts(place.file);
      if (known !== undefined) parts.push(...known);
      else if (await claim(place.file)) parts.push(...(await compute(place, writing)));
      else elsewhere.push(place);
    }
    for (const place of elsewhere)
      parts.push(...((await awaitParts(place.file)) ?? (await compute(place, writing))));
    await Promise.all(writing);
    await removeOldest(
      home,
      limits.mostBytes,
      places.map(({ file }) => file),
    );
    return parts;
  };
}

interface Place {
  readonly group: PartGroup;
  readonly file: string;
}

/** Computes a group and starts to write it. A failed write does no harm: others compute the group again. */
async function compute({ group, file }: Place, writing: Promise<unknown>[]): Promise<SymbolPart[]> {
  const parts = await group.compute();
  const content = serialize(parts);
  const digest = createHash('sha256').update(content).digest();
  const kept = writeFileAtomic(file, Buffer.concat([digest, content]))
    .catch(() => undefined)
    .then(() => rm(claimOf(file), { force: true }));
  writing.push(kept.catch(() => undefined));
  return parts;
}

const [int32, float32, float64, uint8] = [
  z.instanceof(Int32Array),
  z.instanceof(Float32Array),
  z.instanceof(Float64Array),
  z.instanceof(Uint8Array),
];
const partsSchema = z.array(
  z.strictObject({
    symbol: z.string(),
    time: int32,
    names: z.array(z.string()),
    cells: float32,
    figures: z.strictObject({
      return1: float64,
      return5: float64,
      return20: float64,
      volatility20: float64,
      rsi14: float64,
    }),
    labels: z.strictObject({
      forwardReturn: float64,
      forwardScale: float64,
      label: uint8,
      touchedAt: int32,
      resolvedAt: int32,
      weight: float32,
    }),
    outcomes: z.strictObject({
      entryTime: int32,
      entryPrice: float64,
      returns: z.array(float64),
      resolvedAt: z.array(int32),
    }),
    ranking: z.strictObject({
      cells: float32,
      sessions: z.strictObject({ time: int32, return1: float64, volatility: float32, tradedValue: float32 }),
    }),
  }),
);

/** The parts in a file, where it exists and is complete. */
async function readParts(file: string): Promise<SymbolPart[] | undefined> {
  const bytes = await readIfExists(file).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const content = bytes.subarray(DIGEST_BYTES);
  const digest = createHash('sha256').update(content).digest();
  if (!digest.equals(bytes.subarray(0, DIGEST_BYTES))) return undefined;
  const now = new Date();
  await utimes(file, now, now).catch(() => undefined);
  return partsSchema.parse(deserialize(content));
}

function claimOf(file: string): string {
  return `${file}.claim`;
}

/** True where this process is to compute the group. */
async function claim(file: string): Promise<boolean> {
  try {
    await (await open(claimOf(file), 'wx')).close();
    return true;
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') return true;
    return (await ageOf(claimOf(file))) > STALE_MS;
  }
}

/** Waits for the parts that another process computes; undefined when that takes too long. */
async function awaitParts(file: string): Promise<SymbolPart[] | undefined> {
  while ((await ageOf(claimOf(file))) <= STALE_MS) await sleep(LOOK_EVERY_MS);
  return readParts(file);
}

/** Milliseconds since a file was made; infinite where there is none. */
async function ageOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  return found === undefined ? Infinity : Date.now() - found.mtimeMs;
}

/** Removes the least recently used files until the others fit; those in use stay. */
async function removeOldest(home: Home, mostBytes: number, inUse: readonly string[]): Promise<void> {
  const folder = home.featurePartsDir();
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      const { size, mtimeMs } = (await stat(file).catch(() => undefined)) ?? { size: 0, mtimeMs: 0 };
      return { file, size, mtimeMs };
    }),
  );
  let bytes = found.reduce((sum, { size }) => sum + size, 0);
  for (const { file, size } of found.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
    if (bytes <= mostBytes) return;
    if (inUse.includes(file)) continue;
    await rm(file, { force: true }).catch(() => undefined);
    bytes -= size;
  }
}
