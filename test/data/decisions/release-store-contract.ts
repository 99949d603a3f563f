import { expect } from 'chai';

import type { ReleaseStore } from '../../../data/decisions/release-store.js';

/**
 * What every store of decisions has to do, tried with several writers at once.
 *
 * @param open A new, empty store, and as many handles on it as there are writers.
 */
export function describeReleaseStore(
  name: string,
  open: (handles: number) => Promise<readonly ReleaseStore[]>,
): void {
  describe(`${name} as a store of decisions`, () => {
    const KEY = 'champions/000001.json';
    const POINTER = 'champions/champion.json';

    async function two(): Promise<{ one: ReleaseStore; other: ReleaseStore }> {
      const [one, other] = await open(2);
      if (one === undefined || other === undefined) throw new Error('two handles are needed');
      return { one, other };
    }
    const textOf = async (store: ReleaseStore, key: string): Promise<string | undefined> =>
      (await store.get(key))?.toString('utf8');

    it('has nothing at first', async () => {
      const { one } = await two();
      expect(await one.get(KEY)).to.equal(undefined);
      expect(await one.list('champions')).to.deep.equal([]);
    });

    it('gives what was put, through every handle, and puts nothing twice', async () => {
      const { one, other } = await two();
      expect(await one.putIfAbsent(KEY, 'first')).to.equal(true);
      expect(await other.putIfAbsent(KEY, 'second')).to.equal(false);
      expect(await textOf(other, KEY)).to.equal('first');
    });

    it('lists the keys of one folder alone, ascending', async () => {
      const { one } = await two();
      for (const key of ['b', 'a', 'c']) await one.putIfAbsent(`champions/${key}.json`, key);
      await one.putIfAbsent('keys/decisions/d.json', 'd');
      expect(await one.list('champions')).to.deep.equal(['a.json', 'b.json', 'c.json']);
    });

    it('removes what was replaced, once or twice', async () => {
      const { one } = await two();
      await one.putIfAbsent(KEY, 'old');
      await one.removeReplaced(KEY);
      await one.removeReplaced(KEY);
      expect(await one.get(KEY)).to.equal(undefined);
    });

    it('sets a pointer from what is expected alone', async () => {
      const { one, other } = await two();
      expect(await one.compareAndSet(POINTER, 'nothing such', 'a')).to.equal(false);
      expect(await one.compareAndSet(POINTER, undefined, 'a')).to.equal(true);
      expect(await other.compareAndSet(POINTER, undefined, 'b')).to.equal(false);
      expect(await other.compareAndSet(POINTER, 'a', 'b')).to.equal(true);
      expect(await one.compareAndSet(POINTER, 'a', 'c')).to.equal(false);
      expect(await textOf(one, POINTER)).to.equal('b');
    });

    it('lets one of many writers put a key', async () => {
      const stores = await open(8);
      const put = await Promise.all(stores.map(async (store, i) => store.putIfAbsent(KEY, `writer ${i}`)));
      expect(put.filter(Boolean)).to.have.length(1);
      expect(await textOf(stores[0] ?? fail(), KEY)).to.equal(`writer ${put.indexOf(true)}`);
    });

    it('lets one of many writers go on from a pointer, over and over', async () => {
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
      const add = async (store: ReleaseStore): Promise<void> => {
        for (;;) {
          const now = await textOf(store, POINTER);
          if (await store.compareAndSet(POINTER, now, String(Number(now ?? 0) + 1))) return;
        }
      };
      await Promise.all(stores.flatMap((store) => [add(store), add(store)]));
      expect(await textOf(stores[0] ?? fail(), POINTER)).to.equal('10');
    });
  });
}

function fail(): never {
  throw new Error('no handle');
}
