import { cp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import { GurukulError } from '../../../data/errors.js';
import { armFaults } from '../../../data/fault-injection.js';
import type { FileRef } from '../../../data/schemas/file-ref.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { writeRef } from '../../../data/store/file-refs.js';
import { Home } from '../../../data/store/home.js';
import { indexUnit, reuseUnit } from '../../../data/store/shared-units.js';
import { findUnit, sealUnit, unitKey } from '../../../data/store/units.js';
import { newHome } from '../../activities/model/job-rig.js';
import { rejection } from '../../support/rejection.js';

const KEY = unitKey({ for: 'a test' });

/** Makes a finished unit of a run and adds it to the index. */
async function makeUnit(home: Home, run: string, shard = 0): Promise<FileRef> {
  const folder = home.shardDir(run, '2022-01-01_to_2022-06-30', 'real', shard);
  const write = (name: string, text: string): Promise<FileRef> =>
    writeRef(home, path.join(folder, name), text, 3);
  const outputs = {
    model: await write('model.json', '{"a":1}'),
    windows: await write('windows.jsonl', '{}\n'),
  };
  const ref = await sealUnit(home, path.join(folder, 'unit.json'), {
    key: KEY,
    outputs,
    summary: { rows: 3 },
  });
  await indexUnit(home, KEY, run, ref);
  return ref;
}

function folderOf(home: Home, run: string, shard = 0): string {
  return home.shardDir(run, '2022-01-01_to_2022-06-30', 'real', shard);
}

async function filesIn(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  const texts = await Promise.all(names.map(async (name) => readFile(path.join(folder, name), 'utf8')));
  return Object.fromEntries(names.map((name, at) => [name, texts[at] ?? '']));
}

describe('reusing the units of other runs', () => {
  let home: Home;
  beforeEach(() => {
    home = newHome();
  });
  afterEach(async () => {
    armFaults([]);
    await rm(home.root, { recursive: true });
  });

  it('copies a unit so that it equals one that the run made itself', async () => {
    await makeUnit(home, 'monday');
    const taken = await reuseUnit(home, KEY, 'tuesday', folderOf(home, 'tuesday', 4));
    expect(taken?.from).to.equal('monday');
    const own = newHome();
    const ref = await makeUnit(own, 'tuesday', 4);
    expect(taken?.ref).to.deep.equal(ref);
    expect(await filesIn(folderOf(home, 'tuesday', 4))).to.deep.equal(
      await filesIn(folderOf(own, 'tuesday', 4)),
    );
    const found = await findUnit(home, path.join(folderOf(home, 'tuesday', 4), 'unit.json'), KEY);
    expect(found?.manifest).to.deep.equal(taken?.manifest);
    await rm(own.root, { recursive: true });
  });

  it('copies files, so that deleting or damaging one run does not affect another', async () => {
    await makeUnit(home, 'monday');
    const taken = await reuseUnit(home, KEY, 'tuesday', folderOf(home, 'tuesday'));
    if (taken === undefined) throw new Error('no unit was reused');
    await indexUnit(home, KEY, 'tuesday', taken.ref);
    const inode = async (run: string): Promise<number> =>
      (await stat(path.join(folderOf(home, run), 'model.json'))).ino;
    expect(await inode('tuesday')).to.not.equal(await inode('monday'));
    await rm(home.runDir('monday'), { recursive: true });
    const next = await reuseUnit(home, KEY, 'wednesday', folderOf(home, 'wednesday'));
    expect(next?.from).to.equal('tuesday');
    // The deleted run is no longer listed.
    expect(await readdir(home.unitHolders(KEY))).to.deep.equal(['tuesday.json']);
  });

  for (const [what, harm] of [
    ['a file with a changed bit', (folder: string) => writeFile(path.join(folder, 'model.json'), '{"a":3}')],
    ['a truncated file', (folder: string) => writeFile(path.join(folder, 'windows.jsonl'), '{')],
    ['a missing file', (folder: string) => rm(path.join(folder, 'windows.jsonl'))],
    ['a damaged manifest', (folder: string) => writeFile(path.join(folder, 'unit.json'), '{"key":')],
    ['a missing manifest', (folder: string) => rm(path.join(folder, 'unit.json'))],
  ] as const)
    it(`does not reuse a unit with ${what}`, async () => {
      await makeUnit(home, 'monday');
      await harm(folderOf(home, 'monday'));
      expect(await reuseUnit(home, KEY, 'tuesday', folderOf(home, 'tuesday'))).to.equal(undefined);
      expect(await readdir(home.unitHolders(KEY))).to.deep.equal([]);
      expect(await stat(folderOf(home, 'tuesday')).catch(() => undefined)).to.equal(undefined);
      // The unit of another run is reused instead.
      await makeUnit(home, 'sunday');
      await makeUnit(home, 'monday');
      await harm(folderOf(home, 'monday'));
      expect((await reuseUnit(home, KEY, 'tuesday', folderOf(home, 'tuesday')))?.from).to.equal('sunday');
    });

  it('does not reuse units of the run itself, or with a file outside the unit', async () => {
    const ref = await makeUnit(home, 'monday');
    expect(await reuseUnit(home, KEY, 'monday', folderOf(home, 'monday', 1))).to.equal(undefined);
    // A manifest that refers to a file in another folder.
    const other = path.join(home.runDir('monday'), 'elsewhere', 'unit.json');
    const text = await readFile(home.absolute(ref.uri), 'utf8');
    await indexUnit(home, KEY, 'odd', await writeRef(home, other, text, 2));
    await rm(home.unitHolder(KEY, 'monday'));
    expect(await reuseUnit(home, KEY, 'tuesday', folderOf(home, 'tuesday'))).to.equal(undefined);
    await writeFile(home.unitHolder(KEY, 'monday'), canonicalJson({ ...ref, uri: '../../etc/passwd' }));
    expect(await reuseUnit(home, KEY, 'tuesday', folderOf(home, 'tuesday'))).to.equal(undefined);
  });

  it('does not reuse a unit that its run has since replaced', async () => {
    await makeUnit(home, 'monday');
    const file = path.join(folderOf(home, 'monday'), 'unit.json');
    const other = unitKey({ from: 'other bars' });
    await writeFile(file, (await readFile(file, 'utf8')).replace(KEY, other));
    expect(await reuseUnit(home, KEY, 'tuesday', folderOf(home, 'tuesday'))).to.equal(undefined);
    expect(await readdir(home.unitHolders(KEY))).to.deep.equal([]);
  });

  it('fails and keeps the entry if the store cannot be read at the moment', async () => {
    await makeUnit(home, 'monday');
    armFaults([{ at: 'store.read', do: 'EIO', on: 'model\\.json$' }]);
    const asking = reuseUnit(home, KEY, 'tuesday', folderOf(home, 'tuesday'));
    expect((await rejection(asking, GurukulError)).type).to.equal('StoreUnavailable');
    expect(await readdir(home.unitHolders(KEY))).to.deep.equal(['monday.json']);
    armFaults([]);
    expect((await reuseUnit(home, KEY, 'tuesday', folderOf(home, 'tuesday')))?.from).to.equal('monday');
  });

  it('reads the manifest and every file once, where a unit is found and where it is taken over', async () => {
    const gets: string[] = [];
    const counted = new Home(home.root, [], {
      ...home.store,
      get: async (key, digest) => {
        gets.push(key);
        return home.store.get(key, digest);
      },
    });
    const { uri } = await makeUnit(home, 'monday');
    const files = [uri, ...['model.json', 'windows.jsonl'].map((name) => uri.replace('unit.json', name))];
    expect(await findUnit(counted, home.absolute(uri), KEY)).to.not.equal(undefined);
    expect(gets).to.deep.equal(files);
    gets.length = 0;
    expect((await reuseUnit(counted, KEY, 'tuesday', folderOf(home, 'tuesday')))?.from).to.equal('monday');
    expect(gets).to.deep.equal([home.relative(home.unitHolder(KEY, 'monday')), ...files]);
  });

  it('works for two runs at once, and twice for one', async () => {
    await makeUnit(home, 'monday');
    const runs = ['a', 'b', 'a', 'b', 'a'];
    const taken = await Promise.all(runs.map(async (run) => reuseUnit(home, KEY, run, folderOf(home, run))));
    expect(taken.map((unit) => unit?.from)).to.deep.equal(runs.map(() => 'monday'));
    expect(taken[0]?.ref).to.deep.equal(taken[2]?.ref);
    const [a, b] = [await filesIn(folderOf(home, 'a')), await filesIn(folderOf(home, 'b'))];
    expect(Object.keys(a)).to.deep.equal(['model.json', 'unit.json', 'windows.jsonl']);
    expect(a['model.json']).to.equal(b['model.json']);
  });

  it('works in a home that was moved', async () => {
    await makeUnit(home, 'monday');
    const moved = newHome();
    await cp(home.root, moved.root, { recursive: true });
    const taken = await reuseUnit(moved, KEY, 'tuesday', folderOf(moved, 'tuesday'));
    expect(taken?.from).to.equal('monday');
    await rm(moved.root, { recursive: true });
  });
});
