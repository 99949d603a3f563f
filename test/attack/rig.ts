import type { KeyObject } from 'node:crypto';
import { createPrivateKey } from 'node:crypto';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { appendDecision } from '../../data/decisions/decisions.js';
import { randomStream } from '../../data/random.js';
import type { Decision } from '../../data/schemas/decision.js';
import type { KnownSigner } from '../../data/signing/known-signer.js';
import { keyId, publicKeyPem } from '../../data/signing/signing.js';
import { sha256 } from '../../data/store/digests.js';
import { writeJson } from '../../data/store/files.js';
import { Home } from '../../data/store/home.js';
import { audit, finishedRun } from '../activities/audit/finished-run.js';
import { runStatus } from '../support/run-status.js';
import { randomBytesOf } from './kind.js';

/** The run that is attacked, and another one of the same home. */
export const RUN = 'run_a';
export const OTHER_RUN = 'run_b';
/** Decisions in the log that is attacked. */
export const DECISIONS = 5;

/** Small: a verification takes a few hundredths of a second. */
const DATES = 30;
/** An Ed25519 private key as PKCS #8 is this and its 32 bytes. */
const PKCS8_HEAD = '302e020100300506032b657004220420';

/** What attacks are made on. Its homes are never changed: each attempt has a copy. */
export interface Rig {
  /** A home with two sealed bundles, ready for a decision. */
  readonly sealed: Home;
  /** A home with a log of decisions. */
  readonly decided: Home;
  /** The key of both homes. */
  readonly own: KnownSigner;
  readonly ownKey: KeyObject;
  /** An attacker's private key, and its file. */
  readonly foreignKey: KeyObject;
  readonly foreignKeyFile: string;
  /** An empty folder of the attempt. */
  readonly folder: string;
}

/** Makes the homes with the code of the product. Equal seeds give equal keys. @param root An empty folder. */
async function makeRig(root: string, seed: number): Promise<Omit<Rig, 'folder'>> {
  const sealed = new Home(path.join(root, 'sealed'));
  const decided = new Home(path.join(root, 'decided'));
  const ownKey = await writeKey(sealed.signingKey(), seed, 'home');
  await writeKey(decided.signingKey(), seed, 'home');
  const foreignKeyFile = path.join(root, 'foreign.pem');
  const foreignKey = await writeKey(foreignKeyFile, seed, 'foreign');
  for (const [runId, runSeed] of [
    [RUN, 7],
    [OTHER_RUN, 8],
  ] as const) {
    const request = await finishedRun(sealed, { runId, dates: DATES, overrides: { seed: runSeed } });
    const { bundle, digest: bundleDigest } = await audit(sealed, request);
    await writeJson(sealed.status(runId), runStatus(runId, { phase: 'done', bundle, bundleDigest }));
  }
  for (let i = 0; i < DECISIONS; i += 1) await appendDecision(decided, decisionDraft(`run_${i}`), ownKey);
  const own: KnownSigner = { keyId: keyId(publicKeyPem(ownKey)), from: 'home' };
  return { sealed, decided, own, ownKey, foreignKey, foreignKeyFile };
}

/** Gives work a rig and a function that empties its folder; removes everything afterwards. */
export async function withRig<T>(
  seed: number,
  work: (rig: Rig, renew: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const root = await mkdtemp(path.join(tmpdir(), 'gurukul-attack-'));
  try {
    const folder = path.join(root, 'attempt');
    const renew = async (): Promise<void> => {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder);
    };
    return await work({ ...(await makeRig(root, seed)), folder }, renew);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** A copy of the home with the sealed bundle: what a decision about it needs. */
export async function sealedCopy({ sealed, folder }: Rig): Promise<Home> {
  const copy = new Home(path.join(folder, 'home'));
  for (const part of [sealed.keys(), sealed.status(RUN), sealed.bundle(RUN)])
    await cp(part, path.join(copy.root, sealed.relative(part)), { recursive: true });
  return copy;
}

/** A copy of the home with the log of decisions. */
export async function decidedCopy({ decided, folder }: Rig): Promise<Home> {
  const copy = new Home(path.join(folder, 'home'));
  await cp(decided.root, copy.root, { recursive: true });
  return copy;
}

export function decisionDraft(run: string): Omit<Decision, 'number' | 'previous'> {
  return {
    ...{ run, bundle: `release/audit_${run}`, bundleDigest: sha256(run), verdict: 'approved', by: 'Asha' },
    ...{ reason: 'skill above its placebo', at: '2025-01-02T03:04:05.000Z', id: `request ${run}` },
  };
}

async function writeKey(file: string, seed: number, whose: string): Promise<KeyObject> {
  const secret = randomBytesOf(randomStream([seed, 'key', whose]), 32);
  const der = Buffer.concat([Buffer.from(PKCS8_HEAD, 'hex'), secret]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  return key;
}
