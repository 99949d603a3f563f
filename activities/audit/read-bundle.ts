import { readdir } from 'node:fs/promises';
import path from 'node:path';

import type { BundleManifest, FileEntry } from '../../data/schemas/bundle.js';
import { manifestSchema } from '../../data/schemas/bundle.js';
import { isRelativePath } from '../../data/schemas/relative-path.js';
import { errorMessage } from '../../data/errors.js';
import { sha256 } from '../../data/store/digests.js';
import { readIfExists, sizeIfExists } from '../../data/store/files.js';
import type { Difference } from './differences.js';
import { BUNDLE, UNCOVERED, areUncovered, bundleDigest, isBundleFile } from './bundle-layout.js';
import { formDifference } from './byte-form.js';
import { firstTooLarge } from './file-limits.js';

/** Manifest, provenance and run.json have no listed size: those of 10,000 windows stay far below this one. */
const MAX_UNCOVERED_BYTES = 64 * 1_048_576;

/** A bundle with exactly the files that its manifest lists, each with the listed digest. */
export interface ReadBundle {
  /** Where it was read from. */
  readonly folder: string;
  readonly manifest: BundleManifest;
  readonly covered: ReadonlyMap<string, Uint8Array>;
  readonly uncovered: ReadonlyMap<string, Uint8Array>;
}

/**
 * Reads a bundle and checks it against its manifest. Returns the first difference, by path, if there is one.
 *
 * @throws GurukulError StoreUnavailable when a file cannot be read.
 */
export async function readBundle(folder: string): Promise<ReadBundle | Difference> {
  const listed = await listFiles(folder);
  if ('file' in listed) return listed;
  const there = new Set(listed.paths);
  if (!there.has(BUNDLE.manifest))
    return there.has('FAILED.md')
      ? { file: 'FAILED.md', expected: 'a bundle', found: 'the notice of a failed run, which has no bundle' }
      : { file: BUNDLE.manifest, expected: 'the manifest of a bundle', found: 'no such file' };
  const manifest = await readManifest(folder);
  if ('file' in manifest) return manifest;

  const named = new Set([
    BUNDLE.manifest,
    ...manifest.covered.map((entry) => entry.path),
    ...manifest.uncovered,
  ]);
  const extra = listed.paths.find((name) => !named.has(name));
  if (extra !== undefined)
    return { file: extra, expected: 'only files that the manifest lists', found: 'an extra file' };

  const folders = new Set([...named].flatMap(parentsOf));
  const extraFolder = listed.folders.find((name) => !folders.has(name));
  if (extraFolder !== undefined)
    return { file: extraFolder, expected: 'only folders of listed files', found: 'an extra folder' };

  const covered = new Map<string, Uint8Array>();
  for (const entry of manifest.covered) {
    const content = await readEntry(folder, entry);
    if ('file' in content) return content;
    covered.set(entry.path, content);
  }
  const uncovered = new Map<string, Uint8Array>();
  for (const name of manifest.uncovered) {
    const large = await tooLarge(folder, name);
    if (large) return large;
    const content = await readIfExists(path.join(folder, name));
    if (content === undefined) return missing(name);
    uncovered.set(name, content);
  }
  return { folder, manifest, covered, uncovered };
}

/** Reads a file that the manifest lists; the difference where it is another one. */
export async function readEntry(folder: string, entry: FileEntry): Promise<Uint8Array | Difference> {
  // The size comes first: a file of any other size is never read into memory.
  const size = await sizeIfExists(path.join(folder, entry.path));
  if (size === undefined) return missing(entry.path);
  if (size !== entry.bytes) return { file: entry.path, expected: `${entry.bytes} bytes`, found: `${size}` };
  const content = await readIfExists(path.join(folder, entry.path));
  if (content === undefined) return missing(entry.path);
  if (content.byteLength !== entry.bytes)
    return { file: entry.path, expected: `${entry.bytes} bytes`, found: `${content.byteLength}` };
  const digest = sha256(content);
  return digest === entry.sha256
    ? content
    : { file: entry.path, expected: `SHA-256 ${entry.sha256}`, found: digest };
}

/** The manifest of a bundle: its list of files is sound, and its digest that of the list. No file is read. */
export async function readManifest(folder: string): Promise<BundleManifest | Difference> {
  const file = BUNDLE.manifest;
  const large = await tooLarge(folder, file);
  if (large) return large;
  const content = await readIfExists(path.join(folder, file));
  let manifest: BundleManifest;
  try {
    manifest = manifestSchema.parse(JSON.parse(content?.toString('utf8') ?? ''));
  } catch (error) {
    return { file, expected: 'a manifest of format gurukul-audit-bundle/1', found: errorMessage(error) };
  }
  const paths = manifest.covered.map((entry) => entry.path);
  const unsafe = paths.find((name) => !isRelativePath(name));
  if (unsafe !== undefined)
    return { file, expected: 'paths inside the bundle', found: JSON.stringify(unsafe) };
  const unsorted = paths.find((name, i) => i > 0 && name <= (paths[i - 1] ?? ''));
  if (unsorted !== undefined)
    return { file, expected: 'covered files sorted by path, each once', found: `${unsorted} out of order` };
  const foreign = paths.find((name) => !isBundleFile(name));
  if (foreign !== undefined)
    return { file: foreign, expected: 'only files of a bundle', found: 'an unknown file' };
  const hidden = paths.find((name) => UNCOVERED.includes(name) || name === file);
  if (hidden !== undefined)
    return {
      file,
      expected: 'manifest and provenance outside the digest',
      found: `${hidden} in the list of covered files`,
    };
  if (!areUncovered(manifest.uncovered))
    return {
      file,
      expected: `uncovered files ${UNCOVERED.join(', ')}`,
      found: manifest.uncovered.join(', '),
    };
  const digest = bundleDigest(manifest.covered);
  if (digest !== manifest.digest) return { file, expected: `digest ${digest}`, found: manifest.digest };
  // The digest covers the list only: no other spelling of the manifest may stand beside it.
  return formDifference(file, content ?? new Uint8Array(0)) ?? firstTooLarge(manifest.covered) ?? manifest;
}

interface Listing {
  readonly paths: readonly string[];
  readonly folders: readonly string[];
}

/** The difference of a file outside the digest that is larger than any that the program writes. */
export async function tooLarge(folder: string, file: string): Promise<Difference | undefined> {
  const size = await sizeIfExists(path.join(folder, file));
  return size !== undefined && size > MAX_UNCOVERED_BYTES
    ? { file, expected: `at most ${MAX_UNCOVERED_BYTES} bytes`, found: `${size}` }
    : undefined;
}

/** Relative paths of all files and folders in a folder, sorted; rejects links and other entries that are not plain files. */
async function listFiles(folder: string): Promise<Listing | Difference> {
  let entries;
  try {
    entries = await readdir(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    return { file: folder, expected: 'the folder of a bundle', found: errorMessage(error) };
  }
  const paths: string[] = [];
  const folders: string[] = [];
  for (const entry of entries) {
    const absolute = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, absolute).split(path.sep).join('/');
    if (entry.isFile()) paths.push(name);
    else if (entry.isDirectory()) folders.push(name);
    else
      return {
        file: name,
        expected: 'plain files only',
        found: entry.isSymbolicLink() ? 'a symbolic link' : 'something else',
      };
  }
  return { paths: paths.sort(), folders: folders.sort() };
}

/** The folders that a path lies in: `a/b/c` lies in `a` and `a/b`. */
function parentsOf(name: string): string[] {
  const segments = name.split('/').slice(0, -1);
  return segments.map((_, i) => segments.slice(0, i + 1).join('/'));
}

function missing(file: string): Difference {
  return { file, expected: 'the file that the manifest lists', found: 'no such file' };
}
