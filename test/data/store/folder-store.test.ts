import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL, fileURLToPath } from 'node:url';

import { expect } from 'chai';

import { GurukulError, InvalidInputError } from '../../../data/errors.js';
import { armFaults } from '../../../data/fault-injection.js';
import { sha256 } from '../../../data/store/digests.js';
import { folderStore } from '../../../data/store/folder-store.js';
import { rejection } from '../../support/rejection.js';
import { describeStore } from './store-contract.js';

const MODULE = fileURLToPath(new URL('../../../data/store/folder-store.js', import.meta.url));
const POINTER = 'champions/champion.json';
const BUNDLE = 'release/audit_run_a';

const made: string[] = [];
async function freshFolder(): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), 'gurukul-store-'));
  made.push(root);
  return root;
}
after(async () => {
  for (const root of made) await rm(root, { recursive: true, force: true });
});

describeStore('a folder', async (handles) => {
  const root = await freshFolder();
  return Array.from({ length: handles }, () => folderStore(root));
});

describe('a folder as a store', () => {
  afterEach(() => armFaults([]));

  it('finishes what a killed writer of a pointer began', async () => {
    const root = await freshFolder();
    const store = folderStore(root);
    await store.compareAndSet(POINTER, undefined, 'a');
    // Written by one that was killed before it put it in place.
    const left = path.join(root, `${POINTER}.after-${sha256('a').slice(0, 16)}`);
    await writeFile(left, 'b');
    expect(await store.list('champions')).to.deep.equal(['champion.json']);
    expect(await store.compareAndSet(POINTER, 'a', 'c'), 'may live').to.equal(false);
    await utimes(left, 0, 0);
    expect(await store.compareAndSet(POINTER, 'a', 'c')).to.equal(false);
    expect(String(await store.get(POINTER))).to.equal('b');
    expect(await store.compareAndSet(POINTER, 'b', 'c')).to.equal(true);
    expect(await readdir(path.join(root, 'champions'))).to.deep.equal(['champion.json']);
  });

  it('keeps decisions and their heads for their owner alone', async () => {
    const root = await freshFolder();
    const store = folderStore(root);
    await store.putIfAbsent('champions/000001.json', 'x');
    await store.put('keys/decisions/000001.json', 'x');
    await store.compareAndSet(POINTER, undefined, 'x');
    for (const key of ['champions/000001.json', 'keys/decisions/000001.json', POINTER])
      expect((await stat(path.join(root, key))).mode & 0o077, key).to.equal(0);
  });

  it('follows no link that leads out, and says where it leads', async () => {
    const [root, outside] = [await freshFolder(), await freshFolder()];
    const store = folderStore(root);
    await symlink(outside, path.join(root, 'models'));
    expect((await rejection(store.put('models/run_a/x', 'x'), InvalidInputError)).message).to.contain(
      outside,
    );
    await rejection(
      store.publish('models/run_a', new Map(), () => Promise.resolve()),
      InvalidInputError,
    );
    await rejection(store.removeFolder('models/run_a'), InvalidInputError);
    expect(await readdir(outside)).to.deep.equal([]);
  });

  it('leaves nothing of a content that the disk refuses', async () => {
    const root = await freshFolder();
    const store = folderStore(root);
    await store.put('models/a', 'old');
    for (const put of ['put', 'putIfAbsent'] as const) {
      armFaults([{ at: 'store.write', do: 'ENOSPC' }]);
      const key = put === 'put' ? 'models/a' : 'models/b';
      expect((await rejection(store[put](key, 'new'), GurukulError)).type).to.equal('StoreUnavailable');
    }
    expect(await readdir(path.join(root, 'models'))).to.deep.equal(['a']);
    expect(String(await store.get('models/a'))).to.equal('old');
  });

  it('publishes nothing that the disk refuses a part of, and keeps what was there', async () => {
    const root = await freshFolder();
    const store = folderStore(root);
    const fine = (): Promise<void> => Promise.resolve();
    await store.publish(BUNDLE, new Map([['a', Buffer.from('old')]]), fine);
    armFaults([{ at: 'store.write', do: 'ENOSPC', after: 1 }]);
    const files = new Map(['a', 'b', 'c'].map((file) => [file, Buffer.from('new')]));
    const error = await rejection(store.publish(BUNDLE, files, fine), GurukulError);
    expect(error.type).to.equal('StoreUnavailable');
    expect(await readdir(path.join(root, BUNDLE))).to.deep.equal(['a']);
    expect(await readdir(path.join(root, 'release', '.staging'))).to.deep.equal([]);
  });

  /** Publishes two files in a process of its own, which is killed on the way. @returns Its process id. */
  async function killedPublication(
    root: string,
    when: 'writing' | 'verifying' | 'replacing',
  ): Promise<number> {
    const program = `
      import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      const kill = () => process.kill(process.pid, 'SIGKILL');
      const { rename } = fs.promises;
      let folders = 0;
      fs.promises.rename = async (from, to) => {
        // The second rename of a folder puts the new one in place.
        if (fs.statSync(from).isDirectory() && ++folders === 2 && ${JSON.stringify(when)} === 'replacing') kill();
        if (to.endsWith('b') && ${JSON.stringify(when)} === 'writing') kill();
        return rename(from, to);
      };
      syncBuiltinESMExports();
      const { folderStore } = await import(${JSON.stringify(pathToFileURL(MODULE).href)});
      await folderStore(${JSON.stringify(root)}).publish(${JSON.stringify(BUNDLE)},
        new Map(['a', 'b'].map((file) => [file, Buffer.from('new')])),
        async () => ${JSON.stringify(when)} === 'verifying' && kill());`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' });
    await once(child, 'exit');
    expect(child.signalCode).to.equal('SIGKILL');
    return child.pid ?? 0;
  }

  for (const when of ['writing', 'verifying', 'replacing'] as const)
    it(`loses no folder to who is killed while ${when}, and clears up after it`, async () => {
      const root = await freshFolder();
      const store = folderStore(root);
      const content = async (): Promise<string> => readFile(path.join(root, BUNDLE, 'a'), 'utf8');
      await store.publish(BUNDLE, new Map([['a', Buffer.from('old')]]), () => Promise.resolve());
      const pid = await killedPublication(root, when);
      const staging = path.join(root, 'release', '.staging', 'audit_run_a');
      expect((await readdir(staging)).some((name) => name.includes(`-${pid}-`))).to.equal(true);
      if (when !== 'replacing') expect(await content()).to.equal('old');
      // The next attempt does not verify: the folder before it is there.
      const next = store.publish(BUNDLE, new Map([['a', Buffer.from('newer')]]), () =>
        Promise.reject(new GurukulError('Bug', 'does not verify')),
      );
      await rejection(next, GurukulError);
      expect(await content()).to.equal('old');
      expect(await readdir(path.join(root, 'release', '.staging'))).to.deep.equal([]);
      expect(await readdir(path.join(root, BUNDLE))).to.deep.equal(['a']);
    });

  it('does not list what writers have not finished', async () => {
    const root = await freshFolder();
    await mkdir(path.join(root, 'release', '.staging'), { recursive: true });
    await writeFile(path.join(root, 'release', 'a.json.host-1-1.tmp'), 'x');
    await writeFile(path.join(root, 'release', 'a.json'), 'x');
    expect(await folderStore(root).list('release')).to.deep.equal(['a.json']);
  });
});
