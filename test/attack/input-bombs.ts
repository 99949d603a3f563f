import { execFileSync } from 'node:child_process';
import { symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';

import { BUNDLE, UNCOVERED, bundleDigest, bundleJson } from '../../activities/audit/bundle-layout.js';
import { readBundle } from '../../activities/audit/read-bundle.js';
import { ingestInMemory } from '../../activities/ingest/ingest-in-memory.js';
import { readRunInput } from '../../client/cli/read-run-input.js';
import { readDecisions } from '../../data/decisions/decisions.js';
import { InvalidInputError } from '../../data/errors.js';
import { unpack } from '../../data/formats/engine/unpack.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { readSecurityMaster } from '../../data/symbols/security-master.js';
import { loadUniverse } from '../../data/universe/universe.js';
import { zipOf } from '../support/zip-file.js';
import { approved, refused, verified } from './judge.js';
import type { AttackKind } from './kind.js';
import { oneOf } from './kind.js';
import { RUN, decidedCopy, sealedCopy } from './rig.js';

const CAUGHT = 'it is refused, in bounded memory and time';

/** Deep, long and sparse files. */
export const INPUT_BOMBS: readonly AttackKind[] = [
  {
    name: 'bomb/json-depth',
    caught: `a file of nested lists or objects as manifest, statement, universe, configuration or decision: ${CAUGHT}`,
    share: 0.5,
    async attempt(rig, random) {
      const depth = random.integer(20_000, 2_000_000);
      const deep = oneOf(random, [
        '['.repeat(depth) + ']'.repeat(depth),
        '{"a":'.repeat(depth) + '1' + '}'.repeat(depth),
        `{"members":${'['.repeat(depth)}${']'.repeat(depth)}}`,
        '['.repeat(depth),
      ]);
      const home = await sealedCopy(rig);
      const bundle = home.bundle(RUN);
      const file = oneOf(random, [BUNDLE.manifest, BUNDLE.statement, BUNDLE.signature, BUNDLE.run]);
      await writeFile(path.join(bundle, file), deep);
      const input = path.join(rig.folder, 'input.json');
      await writeFile(input, deep);
      const decided = await decidedCopy({ ...rig, folder: path.join(rig.folder, 'decided') });
      await writeFile(decided.decision(random.integer(1, 5)), deep);
      return (
        (await verified(bundle)) ??
        (await approved(home)) ??
        (await refused('the universe was taken', async () => loadUniverse(input, packageRoot))) ??
        (await refused('the configuration was taken', () =>
          requireNoProblem({ config: input }, rig.folder),
        )) ??
        (await refused('the decisions were taken', async () => readDecisions(decided)))
      );
    },
  },
  {
    name: 'bomb/symbols',
    caught: `400,000 symbols and more as universe, configuration or list: ${CAUGHT}`,
    share: 0.2,
    async attempt({ folder }, random) {
      const symbols = Array.from({ length: random.integer(400_000, 600_000) }, (_, i) => `S${i}`);
      const json = path.join(folder, 'universe.json');
      await writeFile(json, JSON.stringify(oneOf(random, [symbols, { name: 'x', members: symbols }])));
      const csv = path.join(folder, 'universe.csv');
      await writeFile(csv, `symbol\n${symbols.join('\n')}\n`);
      const config = path.join(folder, 'config.json');
      await writeFile(config, JSON.stringify({ symbols }));
      return (
        (await refused('the universe was taken', async () => loadUniverse(json, packageRoot))) ??
        (await refused('the table was taken', async () => loadUniverse(csv, packageRoot))) ??
        (await refused('the list was taken', () => requireNoProblem({ symbolsFile: csv }, folder))) ??
        (await refused('the configuration was taken', () => requireNoProblem({ config }, folder)))
      );
    },
  },
  {
    name: 'bomb/listed-size',
    caught: `a bundle whose manifest lists sparse files of more than a gigabyte, of their true size: ${CAUGHT}`,
    share: 0.5,
    async attempt(rig, random) {
      const home = await sealedCopy(rig);
      const bundle = home.bundle(RUN);
      const read = await readBundle(bundle);
      if ('file' in read) throw new Error(read.found);
      const bytes = random.integer(1_500, 1_900) * 1_000_000;
      const large = random.shuffle([...read.manifest.covered.keys()]).slice(0, random.integer(1, 4));
      const covered = read.manifest.covered.map((entry, i) =>
        large.includes(i) ? { ...entry, bytes } : entry,
      );
      for (const i of large) await truncate(path.join(bundle, covered[i]?.path ?? ''), bytes);
      const digest = bundleDigest(covered);
      const manifest = { format: 'gurukul-audit-bundle/1', digest, covered, uncovered: UNCOVERED };
      await writeFile(path.join(bundle, BUNDLE.manifest), bundleJson(manifest));
      return (await verified(bundle)) ?? (await approved(home));
    },
  },
  {
    name: 'bomb/listed-files',
    caught: `a manifest with 100,001 files and more: ${CAUGHT}`,
    share: 0.2,
    async attempt(rig, random) {
      const home = await sealedCopy(rig);
      const bundle = home.bundle(RUN);
      const covered = Array.from({ length: random.integer(100_001, 200_000) }, (_, i) => ({
        ...{ path: `f${String(i).padStart(6, '0')}`, bytes: 1, sha256: 'f'.repeat(64) },
      }));
      const digest = bundleDigest(covered);
      const manifest = { format: 'gurukul-audit-bundle/1', digest, covered, uncovered: UNCOVERED };
      await writeFile(path.join(bundle, BUNDLE.manifest), bundleJson(manifest));
      return (await verified(bundle)) ?? (await approved(home));
    },
  },
  {
    name: 'bomb/input-size',
    caught: `a sparse file of more than a gigabyte as universe, configuration or list of symbols: ${CAUGHT}`,
    share: 0.5,
    async attempt({ folder }, random) {
      const file = path.join(folder, oneOf(random, ['input.json', 'input.csv', 'input']));
      await writeFile(file, oneOf(random, ['', '{', 'symbol\n']));
      await truncate(file, random.integer(1_100, 9_000) * 1_000_000);
      return (
        (await refused('the universe was taken', async () => loadUniverse(file, packageRoot))) ??
        (await refused('the list was taken', () => requireNoProblem({ symbolsFile: file }, folder))) ??
        (await refused('the configuration was taken', () => requireNoProblem({ config: file }, folder)))
      );
    },
  },
  {
    name: 'bomb/zip',
    caught: `a ZIP file of a list of securities that decompresses to more than any has: ${CAUGHT}`,
    share: 0.2,
    attempt(_, random) {
      const bytes = random.integer(100, 200) * 1_000_000;
      const packed = deflateRawSync(Buffer.alloc(bytes, oneOf(random, [0x20, 0x0a, 0x2c])));
      const claimed = oneOf(random, [bytes, 4_000_000_000, 10]);
      const bomb = zipOf('NSEScripMaster.txt', packed, claimed);
      return refused('it was read', () => readSecurityMaster(bomb, 'SecurityMaster.zip'));
    },
  },
  {
    name: 'bomb/packed-bars',
    caught: `a gzip or ZIP file of bars that decompresses to more than the limit, whatever its headers claim: ${CAUGHT}`,
    share: 0.2,
    attempt(_, random) {
      const bytes = random.integer(100, 200) * 1_000_000;
      const text = Buffer.alloc(bytes, oneOf(random, ['\0', ' ', '\n', '2022-01-03,1,1,1,1,1\n']));
      const bomb = oneOf(random, [
        () => gzipSync(text),
        () => zipOf('TCS.csv', deflateRawSync(text), oneOf(random, [bytes, 4_000_000_000, 10])),
      ])();
      return refused('it was read', () => {
        const unpacked = unpack('TCS.csv.gz', bomb, 50_000_000);
        if ('problem' in unpacked) throw new InvalidInputError([unpacked.problem]);
      });
    },
  },
  {
    name: 'bomb/endless-bars',
    caught: `a device, a pipe or a sparse file of gigabytes as bar file or list of corporate actions: ${CAUGHT}`,
    async attempt({ folder }, random) {
      const name = oneOf(random, ['TCS.csv', 'TCS.csv.gz', 'all.zip', 'corporate_actions.csv']);
      const file = path.join(folder, name);
      if (name === 'corporate_actions.csv') await writeFile(path.join(folder, 'TCS.csv'), BARS);
      const kind = oneOf(random, ['device', 'pipe', 'sparse']);
      if (kind === 'device') await symlink('/dev/zero', file);
      else if (kind === 'pipe') execFileSync('mkfifo', [file]);
      else {
        await writeFile(file, '');
        await truncate(file, random.integer(1_100, 9_000) * 1_000_000);
      }
      const input = { source: 'csv', bars: folder, symbols: ['TCS'], to: '2022-12-31' };
      return refused('it was read', async () => {
        const home = new Home(path.join(folder, 'home'));
        const manifest = await ingestInMemory(runInputSchema.parse(input), { home, packageRoot });
        if (manifest.bars.size === 0) throw new InvalidInputError(['no bars']);
      });
    },
  },
];

/** A bar file that is read. */
const BARS = 'timestamp,open,high,low,close,volume\n2022-01-03,1,1,1,1,1\n';

function requireNoProblem(flags: Readonly<Record<string, string>>, folder: string): void {
  const { problems } = readRunInput(flags, folder);
  if (problems.length > 0) throw new InvalidInputError(problems);
}
