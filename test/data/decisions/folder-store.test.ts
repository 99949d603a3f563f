import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { folderStore } from '../../../data/decisions/folder-store.js';
import { sha256 } from '../../../data/store/digests.js';
import { Home } from '../../../data/store/home.js';
import { describeReleaseStore } from './release-store-contract.js';

const made: string[] = [];
async function freshHome(): Promise<Home> {
  const root = await mkdtemp(path.join(tmpdir(), 'gurukul-store-'));
  made.push(root);
  return new Home(root);
}
after(async () => {
  for (const root of made) await rm(root, { recursive: true, force: true });
});

describeReleaseStore('the folder of a home', async (handles) => {
  const home = await freshHome();
  return Array.from({ length: handles }, () => folderStore(home));
});

describe('the folder of a home', () => {
  it('finishes what a killed writer of a pointer began', async () => {
    const home = await freshHome();
    const store = folderStore(home);
    await store.compareAndSet('champions/champion.json', undefined, 'a');
    // Written by one that was killed before it put it in place.
    const left = `${home.champion()}.after-${sha256('a').slice(0, 16)}`;
    await writeFile(left, 'b');
    expect(await store.compareAndSet('champions/champion.json', 'a', 'c'), 'may live').to.equal(false);
    await utimes(left, 0, 0);
    expect(await store.compareAndSet('champions/champion.json', 'a', 'c')).to.equal(false);
    expect(String(await store.get('champions/champion.json'))).to.equal('b');
    expect(await store.compareAndSet('champions/champion.json', 'b', 'c')).to.equal(true);
    expect(await readdir(home.champions())).to.deep.equal(['champion.json']);
  });

  it('keeps its files for their owner alone', async () => {
    const home = await freshHome();
    await folderStore(home).putIfAbsent('champions/000001.json', 'x');
    expect((await stat(home.decision(1))).mode & 0o077).to.equal(0);
  });
});
