import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises';

import { BUNDLE, bundleJson } from '../../activities/audit/bundle-layout.js';
import { GurukulError } from '../../data/errors.js';
import type { Random } from '../../data/random.js';
import { runRecordSchema } from '../../data/schemas/bundle.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import { PHASES, runStatusSchema } from '../../data/schemas/run-status.js';
import { sha256 } from '../../data/store/digests.js';
import { readJson, writeJson } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { editLeaf } from './json-edits.js';
import { APPROVAL, approved, decide } from './judge.js';
import type { AttackKind } from './kind.js';
import { oneOf, placeIn } from './kind.js';
import type { Rig } from './rig.js';
import { OTHER_RUN, RUN, sealedCopy } from './rig.js';

/** Changes what a home says about its run before somebody approves it. */
type Change = (home: Home, random: Random, rig: Rig) => Promise<void>;

const REFUSED: Readonly<Record<string, Change>> = {
  'other-digest': async (home, random, { sealed }) => {
    const other = await statusOf(sealed, OTHER_RUN);
    const bundleDigest = oneOf(random, [other.bundleDigest, sha256('x'), 'f'.repeat(64), '', null]);
    await writeJson(home.status(RUN), { ...(await statusOf(home, RUN)), bundleDigest });
  },
  phase: async (home, random) => {
    const phase = oneOf(
      random,
      PHASES.filter((one) => one !== 'done'),
    );
    await writeJson(home.status(RUN), { ...(await statusOf(home, RUN)), phase });
  },
  'other-bundle': async (home, random, { sealed }) => {
    // Signed by this home, but not for this run.
    await rm(home.bundle(RUN), { recursive: true });
    await cp(sealed.bundle(OTHER_RUN), home.bundle(RUN), { recursive: true });
    if (random.integer(0, 1) === 1) return;
    const { bundleDigest } = await statusOf(sealed, OTHER_RUN);
    await writeJson(home.status(RUN), { ...(await statusOf(home, RUN)), bundleDigest });
  },
  'other-status': async (home, _, { sealed }) => cp(sealed.status(OTHER_RUN), home.status(RUN)),
  'no-bundle': async (home) => rm(home.bundle(RUN), { recursive: true }),
  'moved-bundle': async (home) => rename(home.bundle(RUN), home.bundle('elsewhere')),
  'no-key': async (home) => rm(home.signingKey()),
  'other-key': async (home, _, { foreignKeyFile }) => cp(foreignKeyFile, home.signingKey()),
  'broken-status': async (home, random) => {
    const text = await readFile(home.status(RUN), 'utf8');
    await writeFile(home.status(RUN), text.slice(0, placeIn(random, text.length - 2)));
  },
  'run-record': async (home, random) => {
    const file = `${home.bundle(RUN)}/${BUNDLE.run}`;
    const record = runRecordSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    await writeFile(file, bundleJson(editLeaf(record, random)));
  },
};

export const RECORDS: readonly AttackKind[] = [
  ...Object.entries(REFUSED).map(([name, change]): AttackKind => ({
    name: `record/${name}`,
    caught: 'an approval is refused and leaves no decision',
    async attempt(rig, random) {
      const home = await sealedCopy(rig);
      await change(home, random, rig);
      return approved(home);
    },
  })),
  {
    name: 'record/status-field',
    caught: 'an approval is refused, or its decision names run, folder and digest of the sealed bundle',
    async attempt(rig, random) {
      const home = await sealedCopy(rig);
      const { bundleDigest, ...status } = await statusOf(home, RUN);
      const edited = editLeaf({ ...status, bundle: '/somewhere/else', decision: 'approved' }, random);
      await writeJson(home.status(RUN), { ...Object(edited), bundleDigest });
      const decision = await decide(home).catch((error: unknown) => {
        if (error instanceof GurukulError) return undefined;
        throw error;
      });
      if (decision === undefined) return undefined;
      const expected = { run: RUN, bundle: home.relative(home.bundle(RUN)), bundleDigest, by: APPROVAL.by };
      const { run, bundle, bundleDigest: digest, by } = decision;
      const found = { run, bundle, bundleDigest: digest, by };
      return JSON.stringify(found) === JSON.stringify(expected)
        ? undefined
        : `the decision is about ${JSON.stringify(found)}`;
    },
  },
];

async function statusOf(home: Home, run: string): Promise<RunStatus> {
  const status = await readJson(home.status(run), runStatusSchema);
  if (status === undefined) throw new Error(`no status of ${run}`);
  return status;
}
