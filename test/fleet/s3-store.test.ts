import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { GurukulError, InvalidInputError } from '../../data/errors.js';
import { sha256 } from '../../data/store/digests.js';
import { openStore } from '../../data/store/open-store.js';
import type { Store } from '../../data/store/store.js';
import { checkStore } from '../../temporal-config/examine-store.js';
import { describeStore } from '../data/store/store-contract.js';
import { rejection } from '../support/rejection.js';
import { startFaultyFront } from './faulty-front.js';
import type { S3Server } from './s3-server.js';
import { startMoto, startVersitygw } from './s3-server.js';

const KEY = 'models/run_a/plan.json';
const BUNDLE = 'release/audit_run_a';

for (const [name, start] of [
  ['versitygw', startVersitygw],
  ['moto', startMoto],
] as const)
  describe(`with ${name}`, function () {
    this.timeout(30 * 60_000);
    let server: S3Server;
    const roots: string[] = [];
    const freshRoot = (): string => {
      const root = mkdtempSync(path.join(tmpdir(), 'gurukul-s3-home-'));
      roots.push(root);
      return root;
    };
    let opened = 0;
    /** Handles on a new store, each of a home of its own. */
    const open = async (handles: number): Promise<Store[]> => {
      const env = server.env(`fleet-${(opened += 1)}`);
      return Promise.all(Array.from({ length: handles }, async () => openStore(freshRoot(), env)));
    };

    before(async () => {
      server = await start();
    });
    after(async () => {
      await server.stop();
      for (const root of roots) rmSync(root, { recursive: true, force: true });
    });

    describeStore('a bucket', open);

    describe('a bucket', () => {
      it('lists, and removes, more than a page of keys', async () => {
        const [one, other] = await open(2);
        if (one === undefined || other === undefined) expect.fail('two handles');
        const names = Array.from({ length: 1_050 }, (_, i) => `u${String(i).padStart(4, '0')}.json`);
        for (let at = 0; at < names.length; at += 50)
          await Promise.all(
            names.slice(at, at + 50).map(async (file) => one.put(`models/run_a/units/${file}`, file)),
          );
        expect(await other.list('models/run_a/units')).to.deep.equal(names);
        await other.removeFolder('models/run_a');
        expect(await one.list('models')).to.deep.equal([]);
      });

      it('is not asked again for a content that is on this machine, by its digest', async () => {
        const env = server.env(`fleet-${(opened += 1)}`);
        const root = freshRoot();
        const store = await openStore(root, env);
        await store.put(KEY, 'content');
        const digest = sha256('content');
        expect(String(await store.get(KEY, digest))).to.equal('content');
        await store.remove(KEY);
        expect(String(await store.get(KEY, digest))).to.equal('content');
        expect(await store.get(KEY)).to.equal(undefined);
        // A copy that was damaged is none.
        const copies = path.join(root, 'cache', 'store', 'contents');
        writeFileSync(path.join(copies, digest), 'other words');
        expect(await store.get(KEY, digest)).to.equal(undefined);
      });

      it('knows its own write where the answer was lost, and waits where others write', async () => {
        const front = await startFaultyFront(server.endpoint);
        try {
          const store = await openStore(freshRoot(), {
            ...server.env(`fleet-${(opened += 1)}`),
            AWS_ENDPOINT_URL_S3: front.endpoint,
          });
          front.fail('PUT', ['lost']);
          expect(await store.putIfAbsent(KEY, 'first')).to.equal(true);
          expect(await store.putIfAbsent(KEY, 'second')).to.equal(false);
          front.fail('PUT', ['lost']);
          expect(await store.compareAndSet(KEY, 'first', 'next')).to.equal(true);
          expect(await store.compareAndSet(KEY, 'first', 'other')).to.equal(false);
          const before = front.forwarded.get('PUT');
          front.fail('PUT', [
            { status: 409, code: 'ConditionalRequestConflict' },
            { status: 503, code: 'SlowDown' },
          ]);
          expect(await store.compareAndSet(KEY, 'next', 'last')).to.equal(true);
          expect(front.forwarded.get('PUT')).to.equal((before ?? 0) + 1);
          expect(String(await store.get(KEY))).to.equal('last');
        } finally {
          await front.close();
        }
      });

      it('publishes over what a killed attempt has left', async () => {
        const [one, other] = await open(2);
        if (one === undefined || other === undefined) expect.fail('two handles');
        const files = new Map([['manifest.json', Buffer.from('new')]]);
        const killed = (): Promise<void> => Promise.reject(new Error('killed'));
        await rejection(one.publish(BUNDLE, files, killed), Error);
        expect(await other.list('release')).to.deep.equal([]);
        await other.publish(BUNDLE, files, () => Promise.resolve());
        const folder = await one.localFolder(BUNDLE);
        expect(path.basename(folder)).to.equal('audit_run_a');
        expect(readFileSync(path.join(folder, 'manifest.json'), 'utf8')).to.equal('new');
      });

      it('says what is wrong with its settings', async () => {
        const env = server.env('fleet');
        const wrong = async (change: NodeJS.ProcessEnv): Promise<string> =>
          (await rejection(openStore(freshRoot(), { ...env, ...change }), InvalidInputError)).message;
        expect(await wrong({ GURUKUL_STORE: 'https://gurukul' })).to.match(
          /^GURUKUL_STORE "https:\/\/gurukul" is no store/,
        );
        expect(await wrong({ GURUKUL_STORE: 's3://gurukul/../other' })).to.match(/^GURUKUL_STORE /);
        expect(await wrong({ GURUKUL_STORE: 's3://nobodys' })).to.match(/^there is no bucket nobodys at /);
        expect(await wrong({ GURUKUL_STORE_CACHE_MIB: '0' })).to.match(/^GURUKUL_STORE_CACHE_MIB /);
        expect(await wrong({ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' })).to.match(
          /AWS_ACCESS_KEY_ID is not set.*AWS_SECRET_ACCESS_KEY is not set/s,
        );
        const secret = 'another-secret-than-the-right-one';
        if (name === 'versitygw') {
          const refused = await wrong({ AWS_SECRET_ACCESS_KEY: secret });
          expect(refused)
            .to.match(/refuses bucket gurukul to these credentials/)
            .and.not.include(secret);
        }
      });

      it('is examined by doctor, who finds a server that passes over conditions', async () => {
        const [store] = await open(1);
        if (store === undefined) expect.fail('a handle');
        const env = { GURUKUL_STORE: 's3://gurukul/fleet' };
        expect(checkStore({ store }, {})).to.deep.equal([]);
        expect(await Promise.all(checkStore({ store }, env))).to.deep.equal([
          {
            ...{ name: 'store', status: 'ok' },
            detail: 's3://gurukul/fleet answers, and keeps the conditions of writes',
          },
        ]);
        expect(await store.list('probes')).to.deep.equal([]);
        const careless: Store = {
          ...store,
          putIfAbsent: async (key, content) => store.put(key, content).then(() => true),
        };
        const [found] = await Promise.all(checkStore({ store: careless }, env));
        expect(found).to.include({ status: 'problem' });
        expect(found?.detail).to.match(/fails at putting a key once/);
      });

      it('that does not answer is unavailable, and is there again when it does', async () => {
        const [store] = await open(1);
        if (store === undefined) expect.fail('a handle');
        await store.put(KEY, 'before');
        await server.kill();
        const error = await rejection(store.get(KEY), GurukulError);
        expect(error).to.have.property('type', 'StoreUnavailable');
        await server.start();
        if (name === 'versitygw') expect(String(await store.get(KEY))).to.equal('before');
      });
    });
  });
