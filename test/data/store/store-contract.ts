import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';
import fc from 'fast-check';

import { InvalidInputError } from '../../../data/errors.js';
import { sha256 } from '../../../data/store/digests.js';
import type { Store } from '../../../data/store/store.js';
import { rejection } from '../../support/rejection.js';

/**
 * What every store has to do, tried with several writers at once.
 *
 * @param open A new, empty store, and as many handles on it as there are writers.
 */
export function describeStore(name: string, open: (handles: number) => Promise<readonly Store[]>): void {
  describe(`${name} as a store`, () => {
    const KEY = 'models/run_a/plan.json';
    const POINTER = 'champions/champion.json';
    const BUNDLE = 'release/audit_run_a';

    async function two(): Promise<{ one: Store; other: Store }> {
      const [one, other] = await open(2);
      if (one === undefined || other === undefined) throw new Error('two handles are needed');
      return { one, other };
    }
    const textOf = async (store: Store, key: string): Promise<string | undefined> =>
      (await store.get(key))?.toString('utf8');
    const filesOf = (files: Readonly<Record<string, string>>): Map<string, Uint8Array> =>
      new Map(Object.entries(files).map(([file, text]) => [file, Buffer.from(text)]));
    const fine = (): Promise<void> => Promise.resolve();
    async function publishedIn(store: Store): Promise<Record<string, string>> {
      const folder = await store.localFolder(BUNDLE);
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name));
      const texts = await Promise.all(files.map(async (file) => readFile(file, 'utf8')));
      return Object.fromEntries(files.map((file, at) => [path.relative(folder, file), texts[at] ?? '']));
    }

    it('has nothing at first', async () => {
      const { one } = await two();
      expect(await one.get(KEY)).to.equal(undefined);
      expect(await one.head(KEY)).to.equal(undefined);
      expect(await one.list('champions')).to.deep.equal([]);
      await one.remove(KEY);
      await one.removeFolder('models/run_a');
    });

    it('gives what was put, through every handle, and puts nothing twice', async () => {
      const { one, other } = await two();
      expect(await one.putIfAbsent(KEY, 'first')).to.equal(true);
      expect(await other.putIfAbsent(KEY, 'second')).to.equal(false);
      expect(await textOf(other, KEY)).to.equal('first');
      await other.put(KEY, 'third');
      expect(await textOf(one, KEY)).to.equal('third');
      expect((await one.head(KEY))?.bytes).to.equal(5);
    });

    it('gives back every content, byte for byte', async () => {
      const { one, other } = await two();
      await fc.assert(
        fc.asyncProperty(fc.uint8Array(), fc.boolean(), async (bytes, isView) => {
          // A view into a larger buffer is its own bytes alone.
          const content = isView ? new Uint8Array([9, ...bytes, 9]).subarray(1, bytes.length + 1) : bytes;
          await one.put(KEY, content);
          expect([...((await other.get(KEY)) ?? [])]).to.deep.equal([...bytes]);
          expect((await other.head(KEY))?.bytes).to.equal(bytes.length);
        }),
        { numRuns: 20 },
      );
    });

    it('gives a content by its digest, and never one that nobody has put', async () => {
      const { one, other } = await two();
      await one.put(KEY, 'old');
      expect(String(await other.get(KEY, sha256('old')))).to.equal('old');
      await one.put(KEY, 'new');
      expect(String(await other.get(KEY, sha256('new')))).to.equal('new');
      expect(['old', 'new', undefined]).to.include((await other.get(KEY, sha256('old')))?.toString());
      await one.remove(KEY);
      expect(await other.get(KEY)).to.equal(undefined);
    });

    it('lists the keys and folders of one folder alone, ascending', async () => {
      const { one, other } = await two();
      for (const key of ['b', 'a', 'c']) await one.putIfAbsent(`champions/${key}.json`, key);
      await one.putIfAbsent('champions/reviews/deep/r.json', 'r');
      await one.putIfAbsent('keys/decisions/d.json', 'd');
      expect(await other.list('champions')).to.deep.equal(['a.json', 'b.json', 'c.json', 'reviews/']);
      expect(await other.list('champions/reviews')).to.deep.equal(['deep/']);
    });

    it('removes what was put, once or twice', async () => {
      const { one } = await two();
      await one.putIfAbsent(KEY, 'old');
      await one.remove(KEY);
      await one.remove(KEY);
      expect(await one.get(KEY)).to.equal(undefined);
      expect(await one.putIfAbsent(KEY, 'new')).to.equal(true);
    });

    it('removes a folder with all below, and nothing beside it', async () => {
      const { one, other } = await two();
      for (const key of ['run_a/plan.json', 'run_a/plan/x.json', 'run_ab/plan.json'])
        await one.put(`models/${key}`, key);
      await one.removeFolder('models/run_a');
      expect(await other.list('models')).to.deep.equal(['run_ab/']);
      expect(await other.get('models/run_a/plan/x.json')).to.equal(undefined);
      await one.put(KEY, 'again');
      expect(await other.list('models/run_a')).to.deep.equal(['plan.json']);
    });

    it('refuses keys that are none', async () => {
      const { one } = await two();
      for (const key of ['', '/etc/passwd', '../out', 'a/../../b', 'a//b', 'a\\b', 'a/', 'a\u0000b']) {
        await rejection(one.get(key), InvalidInputError);
        await rejection(one.put(key, 'x'), InvalidInputError);
        await rejection(one.putIfAbsent(key, 'x'), InvalidInputError);
        await rejection(one.compareAndSet(key, undefined, 'x'), InvalidInputError);
        await rejection(one.remove(key), InvalidInputError);
        await rejection(one.removeFolder(key), InvalidInputError);
        await rejection(one.list(key), InvalidInputError);
        await rejection(one.head(key), InvalidInputError);
        await rejection(one.publish(key, filesOf({ a: 'x' }), fine), InvalidInputError);
        await rejection(one.localFolder(key), InvalidInputError);
      }
    });

    describe('with several writers', () => {
      it('lets one of many put a key', async () => {
        const stores = await open(8);
        const put = await Promise.all(stores.map(async (store, i) => store.putIfAbsent(KEY, `writer ${i}`)));
        expect(put.filter(Boolean)).to.have.length(1);
        expect(await textOf(stores[0] ?? fail(), KEY)).to.equal(`writer ${put.indexOf(true)}`);
      });

      it('mixes no contents', async () => {
        const stores = await open(6);
        const contents = stores.map((_, i) => Buffer.alloc(200_000 + i, i));
        const reading = Array.from({ length: 20 }, async () => (stores[0] ?? fail()).get(KEY));
        await Promise.all(stores.map(async (store, i) => store.put(KEY, contents[i] ?? fail())));
        for (const read of [...(await Promise.all(reading)), await (stores[0] ?? fail()).get(KEY)])
          if (read !== undefined) expect(contents.some((content) => content.equals(read))).to.equal(true);
      });
    });

    describe('a pointer', () => {
      it('is set from what is expected alone', async () => {
        const { one, other } = await two();
        expect(await one.compareAndSet(POINTER, 'nothing such', 'a')).to.equal(false);
        expect(await one.compareAndSet(POINTER, undefined, 'a')).to.equal(true);
        expect(await other.compareAndSet(POINTER, undefined, 'b')).to.equal(false);
        expect(await other.compareAndSet(POINTER, 'a', 'b')).to.equal(true);
        expect(await one.compareAndSet(POINTER, 'a', 'c')).to.equal(false);
        expect(await textOf(one, POINTER)).to.equal('b');
        expect(await one.list('champions')).to.deep.equal(['champion.json']);
      });

      it('is gone on from by one of many writers, over and over', async () => {
        const stores = await open(6);
        let expected: string | undefined;
        for (let round = 0; round < 12; round += 1) {
          const before = expected;
          const set = await Promise.all(
            stores.map(async (store, i) => store.compareAndSet(POINTER, before, `round ${round} by ${i}`)),
          );
          expect(set.filter(Boolean).length, `winners of round ${round}`).to.equal(1);
          expected = `round ${round} by ${set.indexOf(true)}`;
          expect(await textOf(stores[0] ?? fail(), POINTER)).to.equal(expected);
        }
      });

      it('counts right when every writer adds one', async () => {
        const stores = await open(5);
        const add = async (store: Store): Promise<void> => {
          for (;;) {
            const now = await textOf(store, POINTER);
            if (await store.compareAndSet(POINTER, now, String(Number(now ?? 0) + 1))) return;
          }
        };
        await Promise.all(stores.flatMap((store) => [add(store), add(store)]));
        expect(await textOf(stores[0] ?? fail(), POINTER)).to.equal('10');
      });
    });

    describe('a published folder', () => {
      const OLD = { 'manifest.json': 'old', 'plots/a.svg': 'old', 'plots/old.svg': 'old' };
      const NEW = { 'manifest.json': 'new', 'plots/a.svg': 'new', 'students/deep/b.bin': 'new' };

      it('has exactly its files, as files and as keys', async () => {
        const { one, other } = await two();
        await one.publish(BUNDLE, filesOf(OLD), fine);
        await one.publish(BUNDLE, filesOf(NEW), fine);
        expect(await publishedIn(other)).to.deep.equal(NEW);
        expect(await textOf(other, `${BUNDLE}/plots/a.svg`)).to.equal('new');
        expect(await other.get(`${BUNDLE}/plots/old.svg`)).to.equal(undefined);
        expect(await other.list(BUNDLE)).to.deep.equal(['manifest.json', 'plots/', 'students/']);
        expect(await other.list('release')).to.deep.equal(['audit_run_a/']);
        await other.removeFolder(BUNDLE);
        expect(await one.list('release')).to.deep.equal([]);
      });

      it('is verified as it will be read, before anybody sees it', async () => {
        const { one, other } = await two();
        await one.publish(BUNDLE, filesOf(OLD), fine);
        let seen: unknown;
        await one.publish(BUNDLE, filesOf(NEW), async (folder) => {
          const there = await readFile(path.join(folder, 'students', 'deep', 'b.bin'), 'utf8');
          seen = { there, published: await publishedIn(other), listed: await other.list('release') };
        });
        expect(seen).to.deep.equal({ there: 'new', published: OLD, listed: ['audit_run_a/'] });
      });

      it('stays as it was where the new one does not verify, with the error of who verified', async () => {
        const { one, other } = await two();
        class Refused extends Error {}
        const refuse = (): Promise<void> => Promise.reject(new Refused('no'));
        await rejection(one.publish(BUNDLE, filesOf(NEW), refuse), Refused);
        expect(await other.list(BUNDLE)).to.deep.equal([]);
        await one.publish(BUNDLE, filesOf(OLD), fine);
        await rejection(one.publish(BUNDLE, filesOf(NEW), refuse), Refused);
        expect(await publishedIn(other)).to.deep.equal(OLD);
      });

      it('is that of one writer, of many at once', async () => {
        const stores = await open(6);
        const files = (writer: number): Record<string, string> =>
          Object.fromEntries(['a', 'b/c', `own-${writer}`].map((file) => [file, `writer ${writer}`]));
        for (let round = 0; round < 4; round += 1)
          await Promise.all(
            stores.map(async (store, i) =>
              store.publish(BUNDLE, filesOf(files(i)), async (folder) => {
                // Nobody touches what another one is about to publish.
                expect((await readdir(folder)).sort()).to.deep.equal(['a', 'b', `own-${i}`]);
              }),
            ),
          );
        const published = await publishedIn(stores[0] ?? fail());
        const winner = Number(/\d+/.exec(published['a'] ?? '')?.[0]);
        expect(published).to.deep.equal(files(winner));
      });
    });
  });
}

function fail(): never {
  throw new Error('no handle');
}
