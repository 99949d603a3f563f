import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import fc from 'fast-check';

import { GurukulError } from '../../../data/errors.js';
import {
  appendJsonLine,
  canonicalJson,
  readRef,
  writeFileSafely,
  writeRef,
} from '../../../data/store/files.js';
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

  it('gives equal values equal bytes, whatever the order of their keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(turned)).to.equal(canonicalJson(value));
      }),
    );
  });

  it('refuses a figure that JSON would turn into null', () => {
    expect(() => canonicalJson({ auc: NaN })).to.throw(TypeError);
    expect(() => canonicalJson([Infinity])).to.throw(TypeError);
  });

  it('leaves nothing but the file itself', async () => {
    await writeFileSafely(path.join(folder, 'deep', 'a.json'), '{}');
    expect(readdirSync(path.join(folder, 'deep'))).to.deep.equal(['a.json']);
  });

  it('says StoreUnavailable where it cannot write', async () => {
    writeFileSync(path.join(folder, 'file'), '');
    const error = await errorOf(writeFileSafely(path.join(folder, 'file', 'below'), 'x'));
    expect(error).to.be.instanceOf(GurukulError).with.property('type', 'StoreUnavailable');
  });

  it('reads back what a reference names, and notices a changed or missing file', async () => {
    const ref = await writeRef(home, path.join(folder, 'a.bin'), Buffer.from([1, 2, 3]), 0);
    expect([...(await readRef(home, ref))]).to.deep.equal([1, 2, 3]);
    writeFileSync(path.join(folder, 'a.bin'), Buffer.from([1, 2, 4]));
    expect(await errorOf(readRef(home, ref))).to.have.property('type', 'ChecksumMismatch');
    rmSync(path.join(folder, 'a.bin'));
    expect(await errorOf(readRef(home, ref))).to.have.property('type', 'ChecksumMismatch');
  });

  it('keeps a line torn by a crash apart from the next', () => {
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
    it('are done again when an input has changed', async () => {
      await seal();
      expect(await findUnit(home, manifestFile(), unitKey({ a: 2 }))).to.equal(undefined);
    });
    it('are done again when an output was damaged or the manifest cut short', async () => {
      await seal();
      writeFileSync(path.join(folder, 'out.bin'), 'weightz');
      expect(await findUnit(home, manifestFile(), unitKey({ a: 1 }))).to.equal(undefined);
      await seal();
      writeFileSync(manifestFile(), readFileSync(manifestFile()).subarray(0, 20));
      expect(await findUnit(home, manifestFile(), unitKey({ a: 1 }))).to.equal(undefined);
    });
  });
});
