import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { readBundle } from '../../activities/audit/read-bundle.js';
import type { VerifyReport } from '../../activities/audit/verify-report.js';
import { forge } from '../activities/audit/forge.js';
import { CLAIMED, RECOMPUTED } from './forgeries.js';
import type { Forger } from './forgery-edits.js';
import { approved, verify } from './judge.js';
import type { AttackKind } from './kind.js';
import type { Rig } from './rig.js';
import { RUN, sealedCopy } from './rig.js';

/** A bundle that somebody else signs again after a change. */
export const RESIGNED: readonly AttackKind[] = [
  ...kindsOf(
    'resigned',
    'the verification does not say ok although no key is known, and an approval is refused',
    RECOMPUTED,
    (report) => (report.ok ? 'the bundle is ok' : undefined),
  ),
  ...kindsOf(
    'claimed',
    'without a known key the verification fails or says that the signer is unknown, with the key of the home it fails, and an approval is refused',
    CLAIMED,
    ({ signer }, { own }) =>
      signer?.known === 'unknown' && signer.keyId !== own.keyId
        ? undefined
        : `the signer is ${signer?.known ?? 'nobody'}`,
  ),
];

function kindsOf(
  family: string,
  caught: string,
  forgers: Readonly<Record<string, Forger>>,
  judge: (report: VerifyReport, rig: Rig) => string | undefined,
): AttackKind[] {
  return Object.entries(forgers).map(([name, forger]) => ({
    name: `${family}/${name}`,
    caught,
    async attempt(rig, random) {
      const home = await sealedCopy(rig);
      const bundle = home.bundle(RUN);
      const read = await readBundle(bundle);
      if ('file' in read) throw new Error(read.found);
      const files = new Map([...read.covered, ...read.uncovered]);
      const { changes, uncovered = {}, statement } = await forger(files, random);
      for (const [file, content] of Object.entries(uncovered))
        await writeFile(path.join(bundle, file), content);
      await forge(bundle, rig.foreignKeyFile, changes, statement);
      const unpinned = await verify(bundle);
      const pinned = await verify(bundle, rig.own);
      return (
        (isFailed(unpinned) ? undefined : judge(unpinned, rig)) ??
        (isFailed(pinned) ? undefined : 'the key of the home is said to have signed it') ??
        (await approved(home))
      );
    },
  }));
}

function isFailed(report: VerifyReport | string): report is string {
  return typeof report === 'string' || report.result === 'failed';
}
