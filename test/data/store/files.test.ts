import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import fc from 'fast-check';

import { GurukulError } from '../../../data/errors.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { readRef, writeRef } from '../../../data/store/file-refs.js';
import { writeFileAtomic } from '../../../data/store/files.js';
import { appendJsonLine } from '../../../data/store/json-lines.js';
import { Home } from '../../../data/store/home.js';
import { findUnit, sealUnit, unitKey } from '../../../data/store/units.js';

describe('the store', () => {
  let folder: string;
  let home: Home;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-store-'));
    home = new Home(folder);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const errorOf = async (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

  describe('canonicalJson', () => {
    it('gives equal bytes for equal values, whatever the order of their keys', () => {
      fc.assert(
        fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (value) => {
          const reversed = Object.fromEntries(Object.entries(value).reverse());
          expect(canonicalJson(reversed)).to.equal(canonicalJson(value));
        }),
      );
    });

    it('can be parsed back to the same value', () => {
      fc.assert(
        fc.property(fc.jsonValue(), (value) => {
          const plain: unknown = JSON.parse(JSON.stringify(value));
          expect(JSON.parse(canonicalJson(value))).to.deep.equal(plain);
        }),
      );
    });

    it('sorts keys as text by UTF-16 code units, including keys that look like integers', () => {
      expect(canonicalJson({ 9: 'nine', 10: 'ten', '': 'none' })).to.equal(
        '{"":"none","10":"ten","9":"nine"}',
      );
      // The example of RFC 8785, 3.2.3: an emoji (a surrogate pair) comes before code units above the surrogates.
      expect(canonicalJson({ '\ufb33': 1, '\u{1f600}': 2, '\u20ac': 3, '\r': 4, 1: 5 })).to.equal(
        '{"\\r":4,"1":5,"\u20ac":3,"\u{1f600}":2,"\ufb33":1}',
      );
      const key = fc.oneof(fc.nat().map(String), fc.string({ unit: 'binary' }));
      fc.assert(
        fc.property(fc.uniqueArray(key), (keys) => {
          const text = canonicalJson(Object.fromEntries(keys.map((name) => [name, 0])));
          const sorted = [...keys].sort(byCodeUnits).map((name) => `${JSON.stringify(name)}:0`);
          expect(text).to.equal(`{${sorted.join(',')}}`);
        }),
      );
    });

    it('refuses NaN and Infinity, which JSON.stringify would turn into null', () => {
      expect(() => canonicalJson({ auc: NaN })).to.throw('NaN');
      expect(() => canonicalJson([Infinity])).to.throw('Infinity');
      expect(() => canonicalJson({ low: [-Infinity] })).to.throw('Infinity');
      expect(() => canonicalJson(undefined)).to.throw(TypeError);
    });

    it('treats undefined, -0 and half a surrogate pair as JSON.stringify does', () => {
      expect(canonicalJson({ b: undefined, a: [undefined, -0] })).to.equal('{"a":[null,0]}');
      expect(canonicalJson({ message: '\ud83d' })).to.equal('{"message":"\\ud83d"}');
    });
  });

  it('leaves no temporary file behind', async () => {
    await writeFileAtomic(path.join(folder, 'deep', 'a.json'), '{}');
    expect(readdirSync(path.join(folder, 'deep'))).to.deep.equal(['a.json']);
  });

  it('fails with StoreUnavailable if it cannot write', async () => {
    writeFileSync(path.join(folder, 'file'), '');
    const error = await errorOf(writeFileAtomic(path.join(folder, 'file', 'below'), 'x'));
    expect(error).to.be.instanceOf(GurukulError).with.property('type', 'StoreUnavailable');
  });

  it('reads a referenced file, and notices if it has changed or is missing', async () => {
    const ref = await writeRef(home, path.join(folder, 'a.bin'), Buffer.from([1, 2, 3]), 0);
    expect([...(await readRef(home, ref))]).to.deep.equal([1, 2, 3]);
    writeFileSync(path.join(folder, 'a.bin'), Buffer.from([1, 2, 4]));
    expect(await errorOf(readRef(home, ref))).to.have.property('type', 'ChecksumMismatch');
    rmSync(path.join(folder, 'a.bin'));
    expect(await errorOf(readRef(home, ref))).to.have.property('type', 'ChecksumMismatch');
  });

  it('ends a partial line left by a crash before it appends the next', () => {
    const file = path.join(folder, 'lines.jsonl');
    appendJsonLine(file, { n: 1 });
    appendFileSync(file, '{"n":2,"to');
    appendJsonLine(file, { n: 3 });
    expect(readFileSync(file, 'utf8').split('\n')).to.deep.equal(['{"n":1}', '{"n":2,"to', '{"n":3}', '']);
  });

  describe('units', () => {
    const manifestFile = (): string => path.join(folder, 'unit.json');
    const seal = async (): Promise<void> => {
      const output = await writeRef(home, path.join(folder, 'out.bin'), 'weights', 1);
      await sealUnit(home, manifestFile(), {
        key: unitKey({ a: 1 }),
        outputs: { weights: output },
        summary: {},
      });
    };

    it('are found again by their key', async () => {
      await seal();
      expect(await findUnit(home, manifestFile(), unitKey({ a: 1 }))).to.not.equal(undefined);
    });
    it('are not found if an input has changed', async () => {
      await seal();
      expect(await findUnit(home, manifestFile(), unitKey({ a: 2 }))).to.equal(undefined);
    });
    it('are not found if an output is damaged or the manifest truncated', async () => {
      await seal();
      writeFileSync(path.join(folder, 'out.bin'), 'weightz');
      expect(await findUnit(home, manifestFile(), unitKey({ a: 1 }))).to.equal(undefined);
      await seal();
      writeFileSync(manifestFile(), readFileSync(manifestFile()).subarray(0, 20));
      expect(await findUnit(home, manifestFile(), unitKey({ a: 1 }))).to.equal(undefined);
    });
  });
});

function byCodeUnits(a: string, b: string): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1)
    if (a.charCodeAt(at) !== b.charCodeAt(at)) return a.charCodeAt(at) - b.charCodeAt(at);
  return a.length - b.length;
}
