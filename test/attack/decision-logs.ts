import { cp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { appendDecision, readDecisions, refreshChampion } from '../../data/decisions/decisions.js';
import { sealDecision, sealHead } from '../../data/decisions/sealed-decision.js';
import type { Random } from '../../data/random.js';
import type { Decision } from '../../data/schemas/decision.js';
import { decisionFileSchema } from '../../data/schemas/decision.js';
import { publicKeyPem } from '../../data/signing/signing.js';
import { sha256 } from '../../data/store/digests.js';
import { readJson, writeJson } from '../../data/store/files.js';
import { Home } from '../../data/store/home.js';
import { filesOf } from './bundle-damage.js';
import { refused } from './judge.js';
import type { AttackKind } from './kind.js';
import { oneOf, placeIn } from './kind.js';
import type { Rig } from './rig.js';
import { DECISIONS, decidedCopy, decisionDraft } from './rig.js';

/** Changes a log of decisions, without the key of its home. */
type Change = (home: Home, random: Random, rig: Rig) => Promise<void>;

const ALL: readonly number[] = Array.from({ length: DECISIONS }, (_, i) => i + 1);

const CHANGES: Readonly<Record<string, Change>> = {
  'flip-bit': async (home, random) => {
    const file = oneOf(random, await logFiles(home));
    const content = await readFile(file);
    const at = placeIn(random, content.length);
    content[at] = (content[at] ?? 0) ^ (1 << random.integer(0, 7));
    await writeFile(file, content);
  },
  truncate: async (home, random) => {
    const file = oneOf(random, await logFiles(home));
    const content = await readFile(file);
    await writeFile(file, content.subarray(0, placeIn(random, content.length)));
  },
  edit: async (home, random) => {
    const file = home.decision(oneOf(random, ALL));
    const text = await readFile(file, 'utf8');
    const [from, to] = oneOf(random, [
      ['"approved"', '"rejected"'],
      ['"Asha"', '"Ravi"'],
      ['skill above', 'skill below'],
      ['2025-01-02', '2025-01-03'],
      [/"bundleDigest": "./, '"bundleDigest": "e'],
      [/"run": "run_/, '"run": "run_9'],
      [/\n {2}"/, '\n   "'],
    ] as const);
    const changed = text.replace(from, to);
    // The digest may begin with the new letter already.
    await writeFile(file, changed === text ? `${text}\n` : changed);
  },
  'foreign-decision': async (home, random, { foreignKey, ownKey }) => {
    const number = oneOf(random, ALL);
    const decision = { ...(await stored(home, number)), by: 'Mallory' };
    const sealed = sealDecision(decision, foreignKey);
    const claimed = { ...sealed, publicKey: publicKeyPem(ownKey) };
    await writeJson(home.decision(number), oneOf(random, [sealed, claimed]));
  },
  'foreign-chain': async (home, random, { foreignKey }) => {
    // From one decision on, everything is signed again, with the digests that follow, and a head.
    const from = oneOf(random, ALL);
    let previous = from === 1 ? null : sha256(await readFile(home.decision(from - 1)));
    for (const number of ALL.slice(from - 1)) {
      const decision = { ...(await stored(home, number)), verdict: 'rejected', previous } as const;
      await writeJson(home.decision(number), sealDecision(decision, foreignKey));
      previous = sha256(await readFile(home.decision(number)));
    }
    if (random.integer(0, 1) === 1)
      await writeJson(
        home.decisionsHead(DECISIONS),
        sealHead({ number: DECISIONS, digest: previous }, foreignKey),
      );
  },
  'foreign-home': async (home, random, { folder, foreignKey, foreignKeyFile }) => {
    const other = new Home(path.join(folder, 'other'));
    await cp(foreignKeyFile, other.signingKey());
    for (let i = random.integer(1, 7); i > 0; i -= 1)
      await appendDecision(other, decisionDraft(`other_${i}`), foreignKey);
    await rm(home.champions(), { recursive: true });
    await cp(other.champions(), home.champions(), { recursive: true });
    if (random.integer(0, 1) === 1) {
      await rm(home.decisionsHeads(), { recursive: true });
      await cp(other.decisionsHeads(), home.decisionsHeads(), { recursive: true });
    }
  },
  reorder: async (home, random) => {
    const one = oneOf(random, ALL);
    const other = oneOf(
      random,
      ALL.filter((number) => number !== one),
    );
    await rename(home.decision(one), `${home.decision(one)}.aside`);
    await rename(home.decision(other), home.decision(one));
    await rename(`${home.decision(one)}.aside`, home.decision(other));
  },
  'copy-decision': async (home, random) => {
    const one = oneOf(random, ALL);
    const to = oneOf(random, [...ALL.filter((number) => number !== one), DECISIONS + 1, DECISIONS + 2, 0]);
    await cp(home.decision(one), home.decision(to));
  },
  'remove-newest': async (home, random) => {
    const from = DECISIONS - random.integer(0, DECISIONS - 1);
    for (let number = from; number <= DECISIONS; number += 1) await rm(home.decision(number));
  },
  'remove-one': async (home, random) => rm(home.decision(oneOf(random, ALL))),
  'remove-all': async (home) => rm(home.champions(), { recursive: true }),
  'remove-head': async (home, random) => {
    await rm(home.decisionsHeads(), { recursive: true });
    // With the newest decisions, or without.
    const left = random.integer(1, DECISIONS);
    for (const number of ALL.slice(left)) await rm(home.decision(number));
  },
  'edit-head': async (home, random, { foreignKey }) => {
    const file = home.decisionsHead(DECISIONS);
    const text = await readFile(file, 'utf8');
    const number = random.integer(1, DECISIONS + 2);
    const digest = sha256(`head ${number}`);
    await writeFile(
      file,
      oneOf(random, [
        text.replace(/"number": \d/, `"number": ${DECISIONS + 1}`),
        text.replace(/"digest": "[0-9a-f]{64}"/, `"digest": "${digest}"`),
        JSON.stringify(sealHead({ number, digest }, foreignKey)),
        ...['', '{', 'null'],
      ]),
    );
  },
  'rename-head': async (home, random) => {
    const number = oneOf(random, [...ALL.slice(0, -1), DECISIONS + 1, 99]);
    await rename(home.decisionsHead(DECISIONS), home.decisionsHead(number));
  },
  'other-key': async (home, _, { foreignKeyFile }) => cp(foreignKeyFile, home.signingKey()),
  'remove-key': async (home) => rm(home.signingKey()),
};

export const DECISION_LOGS: readonly AttackKind[] = Object.entries(CHANGES).map(([name, change]) => ({
  name: `decisions/${name}`,
  caught: 'readers and writers of the log refuse it, and change nothing',
  async attempt(rig, random) {
    const home = await decidedCopy(rig);
    await change(home, random, rig);
    const before = await everything(home);
    const wrong =
      (await refused('the log was read', async () => readDecisions(home))) ??
      (await refused('the champion was set', async () => refreshChampion(home))) ??
      (await refused('a decision was appended', async () =>
        appendDecision(home, decisionDraft('run_z'), rig.ownKey),
      ));
    return wrong ?? ((await everything(home)) === before ? undefined : 'the refusal changed a file');
  },
}));

async function stored(home: Home, number: number): Promise<Decision> {
  const file = await readJson(home.decision(number), decisionFileSchema);
  if (file === undefined) throw new Error(`no decision ${number}`);
  return file.decision;
}

/** Files of the log and its head; champion.json is only an alias, made again from the log. */
async function logFiles(home: Home): Promise<string[]> {
  const heads = (await readdir(home.decisionsHeads())).map((name) => path.join(home.decisionsHeads(), name));
  return [...ALL.map((number) => home.decision(number)), ...heads];
}

async function everything(home: Home): Promise<string> {
  const files = await filesOf(home.root);
  return JSON.stringify(await Promise.all(files.map(async (file) => [file, await readFile(file, 'base64')])));
}
