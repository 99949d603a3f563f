import { mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { BUNDLE, UNCOVERED, bundleDigest, bundleJson } from '../../activities/audit/bundle-layout.js';
import { createPlanActivities } from '../../activities/plan/index.js';
import { createPromoteActivities } from '../../activities/promote/index.js';
import { readRunInput } from '../../client/cli/read-run-input.js';
import { GurukulError } from '../../data/errors.js';
import { artifactsSchema } from '../../data/schemas/bundle.js';
import { fileRefSchema } from '../../data/schemas/file-ref.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import { sha256 } from '../../data/store/digests.js';
import { writeFileAtomic, writeJson } from '../../data/store/files.js';
import { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { recordEvent } from '../../data/telemetry/telemetry.js';
import { loadUniverse } from '../../data/universe/universe.js';
import { inActivity } from '../activities/validate/in-activity.js';
import { hostileNameOf } from './hostile.js';
import { APPROVAL, refused, verified } from './judge.js';
import type { AttackKind } from './kind.js';
import { oneOf } from './kind.js';
import { askedWorkflows } from '../support/asked-workflows.js';

/** Gives the program a hostile name. @returns The paths that it would use; none if it refuses the name. */
type Use = (home: Home, name: string) => Promise<readonly string[]>;

const DIGEST = 'f'.repeat(64);

const USES: Readonly<Record<string, Use>> = {
  'home-path': async (home, name) =>
    pathsOf([
      () => home.runInput(name),
      () => home.bundle(name),
      () => home.telemetry(name),
      () => home.studentDir('run', name),
      () => home.cohortDir(name, name, 'real'),
      () => home.barSeries(name, '1day', DIGEST),
      () => home.barSeries('TCS', name, name),
      () => home.fetchedAnswers(name, name, name),
      () => home.leaseLog(name, name),
      () => home.unitHolder(name, name),
      () => home.absolute(name),
    ]),
  schema: async (home, name) => [
    ...(fileRefSchema.safeParse({ uri: name, sha256: DIGEST, bytes: 1, rows: 0 }).success
      ? [path.resolve(home.root, name), ...(await pathsOf([() => home.absolute(name)], true))]
      : []),
    ...(artifactsSchema.safeParse({ files: [{ path: name, bytes: 1, sha256: DIGEST }] }).success
      ? [path.resolve(home.root, name)]
      : []),
    ...(runInputSchema.safeParse({ runId: name }).success
      ? await pathsOf([() => home.runDir(name)], true)
      : []),
    ...(runInputSchema.safeParse({ symbols: [name] }).success
      ? await pathsOf([() => home.barSeries(name, '1day', DIGEST)], true)
      : []),
  ],
  flags: async (home, name) => {
    const { input } = readRunInput({ runId: name, symbols: name, interval: name, universe: name }, home.root);
    const { runId, symbols = [], interval } = input;
    return pathsOf([
      ...(runId === undefined ? [] : [() => home.runDir(runId)]),
      ...symbols.map((symbol) => () => home.barSeries(symbol, interval, DIGEST)),
    ]);
  },
  'universe-file': async (home, name) => {
    const json = path.join(home.root, 'universe.json');
    const csv = path.join(home.root, 'universe.csv');
    await writeFile(json, JSON.stringify({ name: name || 'x', members: [{ symbol: name, isecCode: name }] }));
    await writeFile(csv, `symbol,company\n${name},${name}\n`);
    const symbols: string[] = [];
    for (const file of [json, csv])
      await refused('', async () => {
        const { members } = await loadUniverse(file, packageRoot);
        symbols.push(...members.map(({ symbol }) => symbol));
      });
    return pathsOf(
      symbols.map((symbol) => () => home.barSeries(symbol, '1day', DIGEST)),
      true,
    );
  },
  'workflow-input': async (home, name) => {
    const plan = createPlanActivities({
      home,
      packageRoot,
      pollers: () => Promise.resolve(0),
      now: Date.now,
    });
    for (const [input, runId] of [
      [{ runId: name, symbols: ['TCS'] }, name],
      [{ symbols: ['TCS'] }, name],
      [{ symbols: [name] }, 'run'],
    ] as const)
      await refused('', async () => plan.settleRun({ input, runId }));
    return [];
  },
  decision: async (home, name) => {
    const promote = createPromoteActivities({ home, packageRoot, workflows: askedWorkflows() });
    await refused('', async () => inActivity(async () => promote.decideRun({ ...APPROVAL, runId: name })));
    return [];
  },
};

/** Names, ids and paths that mean something outside of the home. */
export const HOSTILE_NAMES: readonly AttackKind[] = [
  ...Object.entries(USES).map(([kind, use]): AttackKind => ({
    name: `name/${kind}`,
    caught: 'the name is refused, or stays below the home; nothing outside of the home appears or changes',
    share: 1.5,
    async attempt({ folder }, random) {
      const home = await nestedHome(folder);
      const name = hostileNameOf(random);
      const paths = await use(home, name);
      const out = paths.find((file) => !isInside(home, file));
      if (out !== undefined) return `the path ${JSON.stringify(out)}`;
      return (await isUntouched(folder))
        ? undefined
        : `a file outside of the home, by ${JSON.stringify(name)}`;
    },
  })),
  {
    name: 'name/manifest-path',
    caught: 'the verification fails for every path that a manifest can name outside of its bundle',
    async attempt({ folder }, random) {
      const bundle = path.join((await nestedHome(folder)).root, 'bundle');
      for (const file of UNCOVERED) await writeFileAtomic(path.join(bundle, file), '{}');
      const secret = await readFile(path.join(folder, 'secret.csv'));
      const name = oneOf(random, [
        '../../../secret.csv',
        path.join(folder, 'secret.csv'),
        hostileNameOf(random),
      ]);
      const covered = [{ path: name, bytes: secret.byteLength, sha256: sha256(secret) }];
      const digest = bundleDigest(covered);
      const manifest = { format: 'gurukul-audit-bundle/1', digest, covered, uncovered: UNCOVERED };
      await writeFile(path.join(bundle, BUNDLE.manifest), bundleJson(manifest));
      return verified(bundle);
    },
  },
  {
    name: 'name/link-in-home',
    caught: 'a path through a link that leads out of the home is refused, and nothing is written there',
    async attempt({ folder }, random) {
      const home = await nestedHome(folder);
      const [link, use] = oneOf(random, [
        ['models', async () => writeJson(home.runInput('run'), {})],
        ['telemetry', () => recordEvent(home, 'run', { event: 'phase', id: 'x' })],
        ['release', async () => writeFileAtomic(path.join(home.bundle('run'), 'x'), '')],
        ['champions', async () => writeJson(home.decision(1), {})],
        ['keys', async () => writeFileAtomic(home.signingKey(), '')],
        ['bars', async () => writeFileAtomic(home.barSeries('TCS', '1day', DIGEST), '')],
        ['trials.jsonl', async () => writeFileAtomic(home.trials(), '')],
      ] as const);
      const targets = [folder, path.join(folder, 'secret.csv'), path.join(folder, 'nowhere'), '../..', '/'];
      await symlink(oneOf(random, targets), path.join(home.root, link));
      const what = await refused(`${link} was followed`, use);
      return what ?? ((await isUntouched(folder)) ? undefined : 'a file outside of the home');
    },
  },
];

/** A home some folders below the attempt's own, next to a file that must stay as it is. */
async function nestedHome(folder: string): Promise<Home> {
  const home = new Home(path.join(folder, 'a', 'home'));
  await mkdir(home.root, { recursive: true });
  await writeFile(path.join(folder, 'secret.csv'), SECRET);
  return home;
}

const SECRET = 'symbol,company\nRELIANCE,Reliance\n';

async function isUntouched(folder: string): Promise<boolean> {
  const outside = [...(await readdir(folder)), ...(await readdir(path.join(folder, 'a')))].sort();
  await rm(path.join(folder, 'a'), { recursive: true });
  return (
    outside.join() === 'a,home,secret.csv' &&
    (await readFile(path.join(folder, 'secret.csv'), 'utf8')) === SECRET
  );
}

function isInside(home: Home, file: string): boolean {
  const below = path.relative(home.root, file);
  const isOut = below === '' || below.split(path.sep).includes('..') || path.isAbsolute(below);
  return !isOut && !file.includes('\0') && path.normalize(file) === file;
}

/** The paths that are not refused. @param isDue Whether a refusal is a fault: a schema has taken the name. */
async function pathsOf(all: readonly (() => string)[], isDue = false): Promise<string[]> {
  const paths: string[] = [];
  for (const pathOf of all) {
    const what = await refused('', () => void paths.push(pathOf()));
    if (what === undefined && isDue)
      throw new GurukulError('Bug', 'the schema takes a name that the home refuses');
  }
  return paths;
}
