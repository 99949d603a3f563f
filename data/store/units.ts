import { z } from 'zod';

import type { FileRef } from '../schemas/file-ref.js';
import { fileRefSchema } from '../schemas/file-ref.js';
import { canonicalJson, sha256 } from './digests.js';
import { writeRef } from './file-refs.js';
import type { Home } from './home.js';
import { parseJson } from './parse-json.js';
import { readStored } from './stored-files.js';

/**
 * A unit is one piece of work with an idempotency key: the SHA-256 of its inputs, its configuration and the code
 * version. Its manifest is written last, so if there is a manifest, the work is done.
 */
export const unitManifestSchema = z.strictObject({
  key: z.string(),
  /** Every file that the unit wrote, by role. */
  outputs: z.record(z.string(), fileRefSchema),
  /** A small result of the unit; without wall-clock times, so that equal work gives equal bytes. */
  summary: z.unknown(),
});
export type UnitManifest = z.output<typeof unitManifestSchema>;

/** The key of a unit. @param inputs Everything that the result depends on, including digests of files. */
export function unitKey(inputs: Readonly<Record<string, unknown>>): string {
  return sha256(canonicalJson(inputs));
}

/**
 * The finished unit with this key, if its manifest and all its outputs are intact; otherwise undefined, and the
 * work has to be done.
 *
 * @throws GurukulError StoreUnavailable when the store cannot be read.
 */
export async function findUnit(
  home: Home,
  manifestFile: string,
  key: string,
): Promise<{ readonly ref: FileRef; readonly manifest: UnitManifest } | undefined> {
  // A store that cannot be read at the moment is no reason to do the work again: it throws.
  const text = await readStored(home, manifestFile);
  const manifest = text === undefined ? undefined : manifestIn(manifestFile, text);
  if (text === undefined || manifest?.key !== key) return undefined;
  for (const ref of Object.values(manifest.outputs)) {
    const content = await home.store.get(ref.uri, ref.sha256);
    if (content === undefined || sha256(content) !== ref.sha256) return undefined;
  }
  return {
    ref: {
      uri: home.relative(manifestFile),
      sha256: sha256(text),
      bytes: text.byteLength,
      rows: Object.keys(manifest.outputs).length,
    },
    manifest,
  };
}

/** The manifest in these bytes; undefined if they are damaged. */
function manifestIn(file: string, text: Buffer): UnitManifest | undefined {
  try {
    return parseJson(file, text, unitManifestSchema);
  } catch {
    return undefined;
  }
}

/** Seals a unit: writes its manifest, after all its outputs. */
export async function sealUnit(home: Home, manifestFile: string, manifest: UnitManifest): Promise<FileRef> {
  return writeRef(home, manifestFile, `${canonicalJson(manifest)}\n`, Object.keys(manifest.outputs).length);
}
