import { mkdir, readFile, readdir, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { z } from 'zod';

import {
  BUNDLE,
  UNCOVERED,
  bundleDigest,
  bundleJson,
  entriesOf,
} from '../../../activities/audit/bundle-layout.js';
import { readJsonFile } from '../../../activities/audit/bundle-facts.js';
import { deriveFiles } from '../../../activities/audit/derived-files.js';
import { recomputeFigures } from '../../../activities/audit/recompute-figures.js';
import { trialRecord } from '../../../activities/figures/trial-record.js';
import { canonicalJson, sha256 } from '../../../data/store/digests.js';
import { subjectsOf } from '../../../activities/audit/provenance.js';
import { readBundle } from '../../../activities/audit/read-bundle.js';
import { signBundle } from '../../../activities/audit/sign-bundle.js';
import { algorithmOfPem } from '../../../data/signing/algorithm.js';
import { publicKeyPem, signStatement, signingKey } from '../../../data/signing/signing.js';
import type { Statement } from '../../../data/schemas/bundle.js';
import { manifestSchema, runRecordSchema, statementSchema } from '../../../data/schemas/bundle.js';

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
    if (content !== undefined && UNCOVERED.includes(file)) await writeFile(path.join(bundle, file), content);
    else if (content === undefined) {
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
  const record = changes[BUNDLE.run];
  const [named] = statement.predicate.runDetails.byproducts;
  if (record !== undefined && named !== undefined) named.digest = { sha256: sha256(record) };
  edit(statement);
  await signAgain(bundle, keyFile, bundleJson(statement));
}

/**
 * Replaces the statement of a bundle, signed with the forger's key, and signs the whole again with a model key of the
 * forger's, which the statement names instead of the one before.
 */
export async function signAgain(bundle: string, keyFile: string, statement: Uint8Array): Promise<void> {
  const key = await signingKey(keyFile);
  const model =
    algorithmOfPem(publicKeyPem(key)) === 'p256' ? key : await signingKey(`${keyFile}.model`, 'p256');
  const files = new Map(await readAll(bundle));
  const { runId } = z.object({ runId: z.string() }).parse(JSON.parse(textOf(files, BUNDLE.run)));
  const named = sha256(textOf(files, BUNDLE.modelKey));
  const text = Buffer.from(statement)
    .toString('utf8')
    .replaceAll(named, sha256(publicKeyPem(model)));
  for (const name of SIGNATURES) files.delete(name);
  const signed = signBundle(files.set(BUNDLE.statement, Buffer.from(text)), { bundle: key, model }, runId);
  for (const name of [BUNDLE.statement, ...SIGNATURES])
    await writeFile(path.join(bundle, name), signed.get(name) ?? '');
}

/** Makes a bundle one of before model signatures, with a statement that the forger signed. */
export async function stripModelSignature(bundle: string, keyFile: string): Promise<void> {
  const file = (name: string): string => path.join(bundle, name);
  const jsonOf = async (name: string): Promise<unknown> => JSON.parse(await readFile(file(name), 'utf8'));
  const statement = statementSchema.parse(await jsonOf(BUNDLE.statement));
  statement.predicate.runDetails.byproducts.splice(1);
  const manifest = manifestSchema.parse(await jsonOf(BUNDLE.manifest));
  const modelFiles: readonly string[] = [BUNDLE.modelKey, BUNDLE.modelSignature];
  const uncovered = UNCOVERED.filter((name) => !modelFiles.includes(name));
  const key = await signingKey(keyFile);
  await writeFile(file(BUNDLE.manifest), bundleJson({ ...manifest, uncovered }));
  await writeFile(file(BUNDLE.statement), bundleJson(statement));
  await writeFile(file(BUNDLE.signature), bundleJson(signStatement(bundleJson(statement), key)));
  await writeFile(file(BUNDLE.publicKey), publicKeyPem(key));
  for (const name of modelFiles) await unlink(file(name));
}

const SIGNATURES = [BUNDLE.signature, BUNDLE.publicKey, BUNDLE.modelKey, BUNDLE.modelSignature] as const;

function textOf(files: ReadonlyMap<string, Uint8Array>, file: string): string {
  return Buffer.from(files.get(file) ?? []).toString('utf8');
}

/** All files of a folder, by their paths inside. */
async function readAll(folder: string): Promise<[string, Uint8Array][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry): Promise<[string, Uint8Array]> => {
        const file = path.join(entry.parentPath, entry.name);
        return [path.relative(folder, file).split(path.sep).join('/'), await readFile(file)];
      }),
  );
}

/** An edit that names another program as the maker of the bundle. */
export function fromAnotherProgram(statement: Statement): void {
  statement.predicate.buildDefinition.internalParameters.codeVersion = 'other';
}

/**
 * Changes together with the figures that follow from them, and the texts and plots of these: a forgery that is
 * consistent in itself.
 */
export async function withFigures(bundle: string, changes: Changes): Promise<Changes> {
  const read = await readBundle(bundle);
  if ('file' in read) throw new Error(read.found);
  const files = new Map(read.covered);
  const figures: Record<string, Uint8Array> = {};
  for (const [file, content] of Object.entries(changes))
    if (content === undefined) files.delete(file);
    else files.set(file, content);
  const { metrics, statTests, stressTests, backtest } = await recomputeFigures(files);
  for (const [file, value] of [
    [BUNDLE.metrics, metrics],
    [BUNDLE.statTests, statTests],
    [BUNDLE.stressTests, stressTests],
    [BUNDLE.backtest, backtest],
  ] as const) {
    figures[file] = Buffer.from(canonicalJson(value));
    files.set(file, figures[file]);
  }
  const record = readJsonFile(read.uncovered, BUNDLE.run, runRecordSchema);
  const trials = trialRecord(statTests, metrics.options.trials, record.trials.home);
  return {
    ...changes,
    ...figures,
    ...Object.fromEntries(await deriveFiles(files)),
    [BUNDLE.run]: bundleJson({ ...record, trials }),
  };
}
