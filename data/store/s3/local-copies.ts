import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';

import { storeUnavailable, systemErrorCode } from '../../errors.js';
import { sha256 } from '../digests.js';
import { readIfExists, writeFileAtomic } from '../files.js';

/** What was used within this time stays, whatever the limit: somebody may be reading it. */
const IN_USE_MS = 60 * 60_000;
/** The folders are looked through again after so much of the limit was written. */
const LOOK_AFTER = 0.05;

const CONTENTS = 'contents';
const FOLDERS = 'folders';
const SCRATCH = 'scratch';

/** A copy on this machine. */
interface Copy {
  readonly place: string;
  readonly bytes: number;
  readonly usedMs: number;
}

/**
 * Copies of a store's contents on this machine, by digest, so that none is fetched twice. Processes share them; what was
 * not used for longest goes when they take more than a limit. All may be deleted at any time.
 */
export class LocalCopies {
  private written = Infinity;

  /**
   * @param root Absolute path.
   * @param limitBytes What all copies together may take, about; what was used within the last hour stays beyond it.
   */
  constructor(
    private readonly root: string,
    private readonly limitBytes: number,
  ) {}

  /**
   * The content with a digest: the copy, or what is fetched.
   *
   * @param fetch Gives the content; undefined or another content is given on and not kept.
   */
  async content<Found extends Buffer | undefined>(
    digest: string,
    fetch: () => Promise<Found>,
  ): Promise<Buffer | Found> {
    const file = path.join(this.root, CONTENTS, digest);
    const copy = await readIfExists(file);
    // A copy that was damaged is fetched again.
    if (copy !== undefined && sha256(copy) === digest) {
      await touch(file);
      return copy;
    }
    const fetched = await fetch();
    if (fetched !== undefined && sha256(fetched) === digest) await this.keep(digest, fetched);
    return fetched;
  }

  /** Keeps a content with its digest. */
  async keep(digest: string, content: Uint8Array): Promise<void> {
    await writeFileAtomic(path.join(this.root, CONTENTS, digest), content);
    await this.stayWithin(content.byteLength);
  }

  /**
   * A folder with these files, which nobody writes to afterwards.
   *
   * @param digest Of all of them together.
   * @param name Last part of its path.
   * @param files Gives the contents by path inside it; asked where there is no such folder yet.
   */
  async folder(
    digest: string,
    name: string,
    files: () => Promise<ReadonlyMap<string, Uint8Array>>,
  ): Promise<string> {
    const own = path.join(this.root, FOLDERS, digest);
    const folder = path.join(own, name);
    if (await isThere(folder)) {
      await touch(own);
      return folder;
    }
    const contents = await files();
    await this.inScratch(contents, async (scratch) => {
      await mkdir(own, { recursive: true });
      await rename(scratch, folder).catch((error: unknown) => {
        // Another process was faster, with the same files.
        if (!['ENOTEMPTY', 'EEXIST'].includes(systemErrorCode(error) ?? ''))
          throw storeUnavailable(`write ${folder}`, error);
      });
    });
    await this.stayWithin([...contents.values()].reduce((sum, { byteLength }) => sum + byteLength, 0));
    return folder;
  }

  /** Does something with files in a folder of its own, which is gone afterwards. */
  async inScratch(
    files: ReadonlyMap<string, Uint8Array>,
    work: (folder: string) => Promise<void>,
  ): Promise<void> {
    const all = path.join(this.root, SCRATCH);
    await mkdir(all, { recursive: true });
    const own = await mkdtemp(path.join(all, `${process.pid}-`)).catch((error: unknown) => {
      throw storeUnavailable(`write ${all}`, error);
    });
    try {
      const folder = path.join(own, 'files');
      await mkdir(folder);
      for (const [name, content] of files) await writeFileAtomic(path.join(folder, name), content);
      await work(folder);
    } finally {
      await rm(own, { recursive: true, force: true });
    }
  }

  /** Removes what was not used for longest, now and then. */
  private async stayWithin(added: number): Promise<void> {
    this.written += added;
    if (this.written < this.limitBytes * LOOK_AFTER) return;
    this.written = 0;
    const copies = (await Promise.all([CONTENTS, FOLDERS, SCRATCH].map(async (part) => this.copiesIn(part))))
      .flat()
      .sort((a, b) => a.usedMs - b.usedMs);
    let bytes = copies.reduce((sum, copy) => sum + copy.bytes, 0);
    for (const copy of copies) {
      if (bytes <= this.limitBytes || Date.now() - copy.usedMs < IN_USE_MS) return;
      await rm(copy.place, { recursive: true, force: true });
      bytes -= copy.bytes;
    }
  }

  private async copiesIn(part: string): Promise<Copy[]> {
    const folder = path.join(this.root, part);
    const names = await readdir(folder).catch(() => []);
    const copies = await Promise.all(names.map(async (name) => copyAt(path.join(folder, name))));
    return copies.filter((copy) => copy !== undefined);
  }
}

/** Undefined where it is gone meanwhile. */
async function copyAt(place: string): Promise<Copy | undefined> {
  try {
    const facts = await stat(place);
    if (!facts.isDirectory()) return { place, bytes: facts.size, usedMs: facts.mtimeMs };
    const entries = await readdir(place, { recursive: true });
    const sizes = await Promise.all(entries.map(async (name) => (await stat(path.join(place, name))).size));
    return { place, bytes: sizes.reduce((sum, size) => sum + size, 0), usedMs: facts.mtimeMs };
  } catch {
    return undefined;
  }
}

/** Says that a copy was used. Another process may have removed it. */
async function touch(place: string): Promise<void> {
  const now = new Date();
  await utimes(place, now, now).catch(() => undefined);
}

async function isThere(place: string): Promise<boolean> {
  return stat(place).then(
    () => true,
    () => false,
  );
}
