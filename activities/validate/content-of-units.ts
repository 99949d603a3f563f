import type { TeachIndex } from '../../data/schemas/teach-index.js';
import { readJsonRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import type { UnitManifest } from '../../data/store/units.js';
import { unitManifestSchema } from '../../data/store/units.js';

/** What trained units are: keys and digests of their files, without the folder of the run. */
export async function contentOfUnits(home: Home, index: Readonly<Partial<TeachIndex>>): Promise<unknown> {
  const lists = Object.entries(index).map(async ([name, refs]) => {
    const units: unknown[] = [];
    for (const ref of refs) units.push(contentOf(await readJsonRef(home, ref, unitManifestSchema)));
    return [name, units];
  });
  return Object.fromEntries(await Promise.all(lists)) as unknown;
}

function contentOf({ key, outputs: files }: UnitManifest): unknown {
  const outputs = Object.entries(files).map(([role, { sha256: digest }]) => [role, digest]);
  return { key, outputs: Object.fromEntries(outputs) as unknown };
}
