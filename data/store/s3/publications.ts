import { z } from 'zod';

import { GurukulError, InvalidInputError } from '../../errors.js';
import { inLanes } from '../../in-lanes.js';
import type { FileEntry } from '../../schemas/bundle.js';
import { fileEntrySchema } from '../../schemas/bundle.js';
import { isRelativePath } from '../../schemas/relative-path.js';
import { sha256 } from '../digests.js';
import { parseJson } from '../parse-json.js';
import type { LocalCopies } from './local-copies.js';
import type { S3Objects } from './objects.js';

/** The folder whose folders are published: each is one thing with many files. */
const PUBLISHED = 'release';
/** Pointers: what is published, a file a folder. */
const POINTERS = `published/${PUBLISHED}/`;
/** The files of folders, each named by its digest: two attempts that write one name write the same. */
const CONTENTS = `content/${PUBLISHED}/`;

/** Files on their way at one time. */
const LANES = 8;

const pointerSchema = z.strictObject({
  format: z.literal('gurukul-published-folder/1'),
  files: z
    .array(fileEntrySchema)
    .refine(
      (files) => files.every(({ path }) => isRelativePath(path)),
      'a path that leads out of the folder',
    ),
});

/** A folder as it is published. */
export interface Publication {
  /** Of its list of files. */
  readonly digest: string;
  readonly files: readonly FileEntry[];
  /** Milliseconds since 1970. */
  readonly writtenMs: number;
}

/** Where a key lies among published folders. */
export interface PublishedPlace {
  /** The folder's name below {@link PUBLISHED}; undefined: the folder of all of them. */
  readonly name: string | undefined;
  /** The path inside; empty: the folder itself. */
  readonly file: string;
}

/** Where a key lies, if it is one of published folders. */
export function publishedPlace(key: string): PublishedPlace | undefined {
  const [first, name, ...rest] = key.split('/');
  return first === PUBLISHED ? { name, file: rest.join('/') } : undefined;
}

/**
 * Folders that are published in one step, in a store of objects: files under names made of their digests, and then one
 * pointer that lists them. What a pointer no longer lists stays until the folder is removed: another attempt may be about
 * to list it.
 */
export class Publications {
  constructor(
    private readonly objects: S3Objects,
    private readonly copies: LocalCopies,
  ) {}

  async names(): Promise<readonly string[]> {
    const { objects } = await this.objects.below(POINTERS);
    return objects.map((name) => name.replace(/\.json$/, ''));
  }

  /** Undefined where nothing is published. @throws GurukulError ChecksumMismatch for a pointer that is none. */
  async find(name: string): Promise<Publication | undefined> {
    const pointer = pointerOf(name);
    const found = await this.objects.get(pointer);
    if (found === undefined) return undefined;
    const { files } = parseJson(pointer, found.content, pointerSchema);
    return { digest: sha256(found.content), files, writtenMs: found.writtenMs };
  }

  /** The content of a file. @throws GurukulError ChecksumMismatch when it is missing or another one. */
  async read(name: string, entry: FileEntry): Promise<Buffer> {
    return this.copies.content(entry.sha256, async () => this.readBack(name, entry));
  }

  async publish(
    name: string,
    files: ReadonlyMap<string, Uint8Array>,
    verify: (localFolder: string) => Promise<void>,
  ): Promise<void> {
    const entries = [...files]
      .map(([path, content]) => ({ path, bytes: content.byteLength, sha256: sha256(content) }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
    const wrong = entries.find(({ path }) => !isRelativePath(path));
    if (wrong !== undefined)
      throw new InvalidInputError([`${JSON.stringify(wrong.path.slice(0, 80))} is no path inside a folder`]);
    await inLanes(entries, LANES, async (entry) => this.upload(name, entry, files.get(entry.path)));
    const pointer = JSON.stringify({ format: 'gurukul-published-folder/1', files: entries });
    // What is verified is what the server gives back, not what is in memory.
    const back = await this.contents(entries, async (entry) => this.readBack(name, entry));
    await this.copies.inScratch(back, verify);
    await this.objects.put(pointerOf(name), pointer);
  }

  /** A folder on this machine with the files; undefined where nothing is published. */
  async localFolder(name: string): Promise<string | undefined> {
    const publication = await this.find(name);
    if (publication === undefined) return undefined;
    return this.copies.folder(publication.digest, name, async () =>
      this.contents(publication.files, async (entry) => this.read(name, entry)),
    );
  }

  /** The pointer first: what is left if this is cut off belongs to nothing. */
  async remove(name: string): Promise<void> {
    await this.objects.remove(pointerOf(name));
    await this.objects.removeBelow(`${CONTENTS}${name}/`);
  }

  private async contents(
    entries: readonly FileEntry[],
    read: (entry: FileEntry) => Promise<Buffer>,
  ): Promise<ReadonlyMap<string, Uint8Array>> {
    const contents = await inLanes(entries, LANES, read);
    return new Map(entries.map(({ path }, at) => [path, contents[at] ?? new Uint8Array(0)]));
  }

  private async upload(name: string, entry: FileEntry, content: Uint8Array | undefined): Promise<void> {
    const object = contentOf(name, entry);
    const bytes = content ?? new Uint8Array(0);
    if (await this.objects.putIf(object, bytes, { absent: true })) return;
    const there = await this.objects.get(object);
    if (there === undefined || sha256(there.content) !== entry.sha256) await this.objects.put(object, bytes);
  }

  private async readBack(name: string, entry: FileEntry): Promise<Buffer> {
    const object = contentOf(name, entry);
    const found = await this.objects.get(object);
    if (found === undefined) throw new GurukulError('ChecksumMismatch', `${object} is missing`);
    if (sha256(found.content) !== entry.sha256)
      throw new GurukulError('ChecksumMismatch', `${object} is not what was written`);
    return found.content;
  }
}

function pointerOf(name: string): string {
  return `${POINTERS}${name}.json`;
}

function contentOf(name: string, entry: FileEntry): string {
  return `${CONTENTS}${name}/${entry.sha256}`;
}
