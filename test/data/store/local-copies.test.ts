import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { sha256 } from '../../../data/store/digests.js';
import { LocalCopies } from '../../../data/store/s3/local-copies.js';

const LIMIT = 1_000_000;
const LONG_AGO = new Date('2026-01-01T00:00:00Z');

describe('copies of a store on this machine', () => {
  let root: string;
  let copies: LocalCopies;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'gurukul-copies-'));
    copies = new LocalCopies(root, LIMIT);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const contents = (): string[] => readdirSync(path.join(root, 'contents'));
  const neglect = (place: string): void => utimesSync(path.join(root, place), LONG_AGO, LONG_AGO);

  it('are asked for instead of the store, by digest', async () => {
    let fetched = 0;
    const fetch = (): Promise<Buffer> => {
      fetched += 1;
      return Promise.resolve(Buffer.from('content'));
    };
    const digest = sha256('content');
    for (let i = 0; i < 3; i += 1) expect(String(await copies.content(digest, fetch))).to.equal('content');
    expect(fetched).to.equal(1);
    writeFileSync(path.join(root, 'contents', digest), 'damaged');
    expect(String(await copies.content(digest, fetch))).to.equal('content');
    expect(fetched, 'again for a damaged copy').to.equal(2);
  });

  it('are kept under no other digest than their own', async () => {
    const other = await copies.content(sha256('asked for'), () => Promise.resolve(Buffer.from('answered')));
    expect(String(other)).to.equal('answered');
    expect(existsSync(path.join(root, 'contents'))).to.equal(false);
  });

  it('go when they take too much: those that were not used for longest, and none that may be in use', async () => {
    const kept = Array.from({ length: 5 }, (_, i) => Buffer.alloc(250_000, i));
    for (const content of kept.slice(0, 4)) await copies.keep(sha256(content), content);
    const digests = kept.map((content) => sha256(content));
    for (const digest of digests.slice(0, 2)) neglect(`contents/${digest}`);
    const folder = await copies.folder('a'.repeat(64), 'audit_run', () =>
      Promise.resolve(new Map([['f', Buffer.alloc(200_000)]])),
    );
    neglect(`folders/${'a'.repeat(64)}`);
    // It is used now, and so the others are those that go.
    await copies.folder('a'.repeat(64), 'audit_run', () => Promise.reject(new Error('it is there')));
    await copies.keep(digests[4] ?? '', kept[4] ?? Buffer.alloc(0));
    expect(contents().sort()).to.deep.equal(digests.slice(2).sort());
    expect(readFileSync(path.join(folder, 'f'))).to.have.length(200_000);
  });

  it('of a folder are made once, whole, by several at once', async () => {
    const make = async (): Promise<string> =>
      copies.folder('b'.repeat(64), 'audit_run', () => Promise.resolve(new Map([['x/y', Buffer.from('z')]])));
    const places = await Promise.all(Array.from({ length: 6 }, make));
    expect(new Set(places).size).to.equal(1);
    expect(readFileSync(path.join(places[0] ?? '', 'x', 'y'), 'utf8')).to.equal('z');
    expect(readdirSync(path.join(root, 'scratch'))).to.deep.equal([]);
  });
});
