import path from 'node:path';

import { z } from 'zod';

import { GurukulError } from '../../../data/errors.js';
import type { BundleManifest } from '../../../data/schemas/bundle.js';
import { readIfExists } from '../../../data/store/files.js';
import { parseJsonFile } from '../bundle-content.js';
import { BUNDLE } from '../bundle-layout.js';
import type { Difference } from '../differences.js';
import { sentenceOf } from '../differences.js';
import { readEntry, readManifest, tooLarge } from '../read-bundle.js';

/** A bundle that is compared: its files are read one by one, each checked against the manifest. */
export interface ComparedBundle {
  readonly folder: string;
  readonly manifest: BundleManifest;
  readonly statement: BundleStatement;
  /** SHA-256 of every covered file, by path. */
  readonly digests: ReadonlyMap<string, string>;
  /** A covered file; undefined where the bundle has none. @throws GurukulError ChecksumMismatch when it is damaged. */
  read(file: string): Promise<Uint8Array | undefined>;
}

/** What is compared of a statement, of any version. */
const statementSchema = z.looseObject({
  subject: z.array(z.looseObject({ name: z.string(), digest: z.looseObject({ sha256: z.string() }) })).min(1),
  predicate: z.looseObject({
    buildDefinition: z.looseObject({
      internalParameters: z.looseObject({
        codeVersion: z.string(),
        node: z.string(),
        backends: z.array(z.string()),
      }),
    }),
    runDetails: z.looseObject({
      builder: z.looseObject({ version: z.record(z.string(), z.string()) }),
      metadata: z.looseObject({ invocationId: z.string() }),
    }),
  }),
});
export type BundleStatement = z.output<typeof statementSchema>;

/**
 * Opens a bundle. Neither signature nor figures are checked, which `audit verify` does.
 *
 * @param folder Absolute path.
 * @throws GurukulError ChecksumMismatch when it is no whole bundle, naming the file.
 */
export async function openComparedBundle(folder: string): Promise<ComparedBundle> {
  const manifest = await readManifest(folder);
  if ('file' in manifest) throw damaged(folder, manifest);
  const entries = new Map(manifest.covered.map((entry) => [entry.path, entry]));
  return {
    folder,
    manifest,
    statement: await readStatement(folder, manifest.digest),
    digests: new Map(manifest.covered.map((entry) => [entry.path, entry.sha256])),
    async read(file) {
      const entry = entries.get(file);
      if (entry === undefined) return undefined;
      const content = await readEntry(folder, entry);
      if ('file' in content) throw damaged(folder, content);
      return content;
    },
  };
}

/** A JSON file of the bundle; undefined where it has none. @throws GurukulError BadSchema, ChecksumMismatch */
export async function readJsonOf<Schema extends z.ZodType>(
  bundle: ComparedBundle,
  file: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  const content = await bundle.read(file);
  return content === undefined ? undefined : parseJsonFile(`${bundle.folder}: ${file}`, content, schema);
}

async function readStatement(folder: string, digest: string): Promise<BundleStatement> {
  const file = BUNDLE.statement;
  const large = await tooLarge(folder, file);
  if (large !== undefined) throw damaged(folder, large);
  const content = await readIfExists(path.join(folder, file));
  if (content === undefined)
    throw damaged(folder, { file, expected: 'the provenance of the bundle', found: 'no such file' });
  const statement = parseJsonFile(`${folder}: ${file}`, content, statementSchema);
  const about = statement.subject[0]?.digest.sha256;
  if (about !== digest)
    throw damaged(folder, { file, expected: `a statement about ${digest}`, found: about ?? 'none' });
  return statement;
}

function damaged(folder: string, difference: Difference): GurukulError {
  return new GurukulError('ChecksumMismatch', `${folder} is not a whole bundle: ${sentenceOf(difference)}`);
}
