import { cp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { readSealedBundle } from '../../activities/audit/sealed-bundle.js';
import type { Random } from '../../data/random.js';
import { readScores, recordScores } from '../../data/scores/score-logs.js';
import { sealScores } from '../../data/scores/sealed-scores.js';
import { scoreLogFileSchema } from '../../data/schemas/score-log.js';
import { readJson, writeJson } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { madeRow, madeScores } from '../data/scores/made-scores.js';
import { filesOf } from './bundle-damage.js';
import { refused } from './judge.js';
import type { AttackKind } from './kind.js';
import { oneOf, placeIn } from './kind.js';
import type { Rig } from './rig.js';
import { RUN, decidedCopy, sealedCopy } from './rig.js';

/** Changes a log of scores, without the key of its home. */
type Change = (home: Home, random: Random, rig: Rig) => Promise<void>;

const DATES = ['2024-05-02', '2024-05-03', '2024-05-06'] as const;
const { bundleDigest: DIGEST } = madeScores();

/** Two dates with a log, and one that was corrected. */
async function scoredCopy(rig: Rig): Promise<Home> {
  const home = await decidedCopy(rig);
  for (const date of DATES) await recordScores(home, madeScores({ date }), rig.ownKey);
  await recordScores(home, correction(DATES[2]), rig.ownKey);
  return home;
}

function correction(date: string): ReturnType<typeof madeScores> {
  const series = { INFY: 'f'.repeat(64), TCS: 'd'.repeat(64) };
  return madeScores({ date, bars: { digest: 'e'.repeat(64), series }, rows: [madeRow('INFY', 0.02, date)] });
}

async function anyLog(home: Home, random: Random): Promise<string> {
  const names = (await readdir(home.scores(DIGEST))).sort();
  return path.join(home.scores(DIGEST), oneOf(random, names));
}

const CHANGES: Readonly<Record<string, Change>> = {
  'flip-bit': async (home, random) => {
    const file = await anyLog(home, random);
    const content = await readFile(file);
    const at = placeIn(random, content.length);
    content[at] = (content[at] ?? 0) ^ (1 << random.integer(0, 7));
    await writeFile(file, content);
  },
  truncate: async (home, random) => {
    const file = await anyLog(home, random);
    const content = await readFile(file);
    await writeFile(file, content.subarray(0, placeIn(random, content.length)));
  },
  edit: async (home, random) => {
    const file = home.scoreLog(DIGEST, oneOf(random, DATES), 1);
    const [from, to] = oneOf(random, [
      [/"score": /, '"score": 1'],
      [/"rank": 1/, '"rank": 2'],
      ['"champion"', '"shadow"'],
      ['"inRun": false', '"inRun": true'],
      [/"flags": \[\]/, '"flags": ["drift"]'],
      [/"symbol": "TCS"/, '"symbol": "SBIN"'],
      [/\n {2}"/, '\n   "'],
    ] as const);
    await writeFile(file, (await readFile(file, 'utf8')).replace(from, to));
  },
  'foreign-scores': async (home, random, { foreignKey }) => {
    const file = await anyLog(home, random);
    const stored = await readJson(file, scoreLogFileSchema);
    if (stored === undefined) throw new Error('no log');
    const rows = stored.log.rows.map((row) => ({ ...row, probability: 0.99 }));
    await writeJson(file, sealScores({ ...stored.log, rows }, foreignKey));
  },
  exchange: async (home) => {
    const [one, other] = [home.scoreLog(DIGEST, DATES[0], 1), home.scoreLog(DIGEST, DATES[1], 1)];
    await rename(one, `${one}.aside`);
    await rename(other, one);
    await rename(`${one}.aside`, other);
  },
  'copy-date': async (home, random) => cp(await anyLog(home, random), home.scoreLog(DIGEST, '2024-05-07', 1)),
  'remove-corrected': async (home) => rm(home.scoreLog(DIGEST, DATES[2], 1)),
  'other-key': async (home, _, { foreignKeyFile }) => cp(foreignKeyFile, home.signingKey()),
  'remove-key': async (home) => rm(home.signingKey()),
};

const LOGS: readonly AttackKind[] = Object.entries(CHANGES).map(([name, change]) => ({
  name: `scores/${name}`,
  caught: 'readers and writers of the log refuse it, and write nothing',
  async attempt(rig, random) {
    const home = await scoredCopy(rig);
    await change(home, random, rig);
    const before = await readdir(home.scores(DIGEST));
    const wrong =
      (await refused('the log was read', async () => readScores(home, DIGEST))) ??
      (await refused('scores were recorded', async () =>
        recordScores(home, correction('2024-05-08'), rig.ownKey),
      ));
    const after = await readdir(home.scores(DIGEST));
    return wrong ?? (after.join() === before.join() ? undefined : 'the refusal left a file');
  },
}));

const BUNDLE: AttackKind = {
  name: 'scores/changed-bundle',
  caught: 'nothing is read of a bundle in which one byte was changed after it was sealed',
  async attempt(rig, random) {
    const home = await sealedCopy(rig);
    const file = oneOf(random, await filesOf(home.bundle(RUN)));
    const content = await readFile(file);
    const at = placeIn(random, content.length);
    content[at] = (content[at] ?? 0) ^ (1 << random.integer(0, 7));
    await writeFile(file, content);
    return refused('the bundle was read for scoring', async () => readSealedBundle(home, RUN));
  },
};

export const SCORE_LOGS: readonly AttackKind[] = [...LOGS, BUNDLE];
