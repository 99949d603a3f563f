import { hostname } from 'node:os';
import { mkdir, open, readFile, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { FeatureTable } from '../../activities/market/feature-table.js';
import { joinSource } from '../../activities/market/load-feature-table.js';
import { buildStoredTable } from '../../activities/market/stored/build-stored-table.js';
import { INDEX_FILE, openStoredTable } from '../../activities/market/stored/stored-table.js';
import type { TableSource } from '../../activities/market/table-source.js';
import { systemErrorCode } from '../../data/errors.js';
import type { Home } from '../../data/store/home.js';
import { unitKey } from '../../data/store/units.js';
import { isAlive } from '../../data/store/writer-names.js';

/*
 * Trainers run side by side, and each needs the features of the whole universe. They are built once, by the trainer that
 * claims them first, in files that all of them read: so no trainer holds a table in memory. Results do not depend on it:
 * what is missing, damaged or left behind by a process that is gone is built again, to the same bits.
 */

/** Bytes of tables that are kept beside those in use, so that a run that is resumed finds its own. */
const KEPT_BYTES = 2 * 1024 * 1024 * 1024;
/** The process that builds a table says so several times a second. */
const STALE_MS = 60_000;
const LOOK_EVERY_MS = 20;
const TOUCH_EVERY_MS = 1_000;

/** Called often while a table is built or awaited; what it throws ends that. */
export type OnTableStep = () => Promise<void> | void;

/** Feature tables that the trainers of this machine share. */
export class SharedTables {
  /**
   * @param codeVersion Digest of the program: tables of other code are never used.
   * @param keptBytes See {@link KEPT_BYTES}.
   */
  constructor(
    readonly home: Home,
    readonly codeVersion: string,
    readonly keptBytes = KEPT_BYTES,
  ) {}

  /**
   * The table of a source. Where another trainer is building it, this one builds what will be needed next before it waits.
   *
   * @param next Another table that will be needed.
   */
  async load(
    source: TableSource,
    next: () => Promise<TableSource>,
    onStep: OnTableStep,
  ): Promise<FeatureTable> {
    const folder = this.#folderOf(source);
    try {
      for (let waited = false; ; waited = true) {
        const known = await this.#open(folder);
        if (known !== undefined) return known;
        if (await this.#build(folder, source, onStep)) continue;
        if (!waited) await this.#buildMissing(await next(), onStep);
        await sleep(LOOK_EVERY_MS);
        await onStep();
      }
    } catch (error) {
      // Where nothing can be written, the table has to fit into memory.
      if (systemErrorCode(error) === undefined) throw error;
      return joinSource(source);
    }
  }

  #folderOf({ of }: TableSource): string {
    return this.home.featureTable(unitKey({ code: this.codeVersion, ...of }));
  }

  async #open(folder: string): Promise<FeatureTable | undefined> {
    const table = await openStoredTable(folder);
    const now = new Date();
    if (table !== undefined) await utimes(path.join(folder, INDEX_FILE), now, now).catch(() => undefined);
    return table;
  }

  async #buildMissing(source: TableSource, onStep: OnTableStep): Promise<void> {
    const folder = this.#folderOf(source);
    if ((await ageOf(path.join(folder, INDEX_FILE))) === undefined) await this.#build(folder, source, onStep);
  }

  /** @returns False where another process builds the table. */
  async #build(folder: string, source: TableSource, onStep: OnTableStep): Promise<boolean> {
    await mkdir(path.dirname(folder), { recursive: true });
    const claim = `${folder}.claim`;
    if (!(await claimed(claim))) return false;
    const own = `${folder}.${OWNER}`;
    try {
      await this.#removeOldest(folder);
      let touched = Date.now();
      await buildStoredTable(own, source, async () => {
        if (Date.now() - touched > TOUCH_EVERY_MS) {
          touched = Date.now();
          await utimes(claim, touched / 1000, touched / 1000).catch(() => undefined);
        }
        await onStep();
      });
      await rm(folder, { recursive: true, force: true });
      await rename(own, folder);
    } finally {
      await rm(own, { recursive: true, force: true });
      await rm(claim, { force: true });
    }
    return true;
  }

  /**
   * Removes what processes that are gone left behind, and the least recently used tables until the others fit. One that
   * a trainer reads stays until it is done: its file has no name any more.
   */
  async #removeOldest(inUse: string): Promise<void> {
    const root = path.dirname(inUse);
    const found = await Promise.all(
      (await readdir(root)).map(async (name) => {
        const folder = path.join(root, name);
        return { folder, age: await ageOf(path.join(folder, INDEX_FILE)), bytes: await bytesIn(folder) };
      }),
    );
    // The one that was used last stays: it is that of the run's other arm.
    let bytes = -Infinity;
    for (const { folder, age = -1, bytes: own } of found.sort((a, b) => (a.age ?? 0) - (b.age ?? 0))) {
      if (age < 0) {
        if (!(await isBeingBuilt(folder))) await rm(folder, { recursive: true, force: true });
        continue;
      }
      if (bytes > this.keptBytes - own) await rm(folder, { recursive: true, force: true });
      bytes = Math.max(0, bytes + own);
    }
  }
}

const HOST = hostname();
const OWNER = `${HOST}-${process.pid}`;

/** Makes the file, which says that this process builds the table; false where another one does. */
async function claimed(file: string): Promise<boolean> {
  if (await created(file)) return true;
  if (!(await isStale(file))) return false;
  await rm(file, { force: true });
  return created(file);
}

async function created(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(OWNER);
    await handle.close();
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Whether the process that claimed a table is gone. */
async function isStale(claim: string): Promise<boolean> {
  const [owner, age] = [await readFile(claim, 'utf8').catch(() => ''), await ageOf(claim)];
  return age !== undefined && (age > STALE_MS || isGone(owner));
}

/** Whether a process of this machine is gone. */
function isGone(owner: string): boolean {
  const at = owner.lastIndexOf('-');
  return owner.slice(0, at) === HOST && !isAlive(Number(owner.slice(at + 1)));
}

/** Whether a file or folder without a complete table belongs to a process that is building one. */
async function isBeingBuilt(file: string): Promise<boolean> {
  if (file.endsWith('.claim')) return !(await isStale(file));
  const owner = /\.([^/]+-\d+)$/.exec(file)?.[1];
  return owner !== undefined && !isGone(owner);
}

/** Milliseconds since a file was changed; undefined where there is none. */
async function ageOf(file: string): Promise<number | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found === undefined ? undefined : Math.max(0, Date.now() - found.mtimeMs);
}

async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(path.join(folder, name)).catch(() => undefined))?.size ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
