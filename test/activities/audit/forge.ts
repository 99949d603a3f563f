import { mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

import {
  BUNDLE,
  UNCOVERED,
  bundleDigest,
  bundleJson,
  entriesOf,
} from '../../../activities/audit/bundle-layout.js';
import { subjectsOf } from '../../../activities/audit/provenance.js';
import { readBundle } from '../../../activities/audit/read-bundle.js';
import { publicKeyPem, signStatement, signingKey } from '../../../data/signing/signing.js';
import type { Statement } from '../../../data/schemas/bundle.js';
import { statementSchema } from '../../../data/schemas/bundle.js';

/** Changed files by path; undefined removes one. */
export type Changes = Readonly<Record<string, Uint8Array | undefined>>;

/**
 * Changes files of a bundle and creates manifest, statement and signature again, like a forger.
 *
 * @param keyFile The forger's private key; created when missing.
 */
export async function forge(
  bundle: string,
  keyFile: string,
  changes: Changes,
  edit: (statement: Statement) => void = () => undefined,
): Promise<void> {
  const read = await readBundle(bundle);
  if ('file' in read) throw new Error(read.found);
  const covered = new Map(read.covered);
  for (const [file, content] of Object.entries(changes))
    if (content === undefined) {
      covered.delete(file);
      await unlink(path.join(bundle, file));
    } else {
      covered.set(file, content);
      await mkdir(path.dirname(path.join(bundle, file)), { recursive: true });
      await writeFile(path.join(bundle, file), content);
    }
  const entries = entriesOf(covered);
  const digest = bundleDigest(entries);
  const manifest = { format: 'gurukul-audit-bundle/1', digest, covered: entries, uncovered: UNCOVERED };
  await writeFile(path.join(bundle, BUNDLE.manifest), bundleJson(manifest));
  const old = await readFile(path.join(bundle, BUNDLE.statement), 'utf8');
  const statement = { ...statementSchema.parse(JSON.parse(old)), subject: subjectsOf(digest, entries) };
  edit(statement);
  await signAgain(bundle, keyFile, bundleJson(statement));
}

/** Replaces the statement of a bundle, signed with the forger's key. */
export async function signAgain(bundle: string, keyFile: string, statement: Uint8Array): Promise<void> {
  const key = await signingKey(keyFile);
  await writeFile(path.join(bundle, BUNDLE.statement), statement);
  await writeFile(path.join(bundle, BUNDLE.signature), bundleJson(signStatement(statement, key)));
  await writeFile(path.join(bundle, BUNDLE.publicKey), publicKeyPem(key));
}

/** An edit that names another program as the maker of the bundle. */
export function fromAnotherProgram(statement: Statement): void {
  statement.predicate.buildDefinition.internalParameters.codeVersion = 'other';
}
