import { cp, mkdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import {
  BUNDLE,
  UNCOVERED,
  bundleDigest,
  bundleJson,
  entriesOf,
} from '../../../activities/audit/bundle-layout.js';
import type { Difference } from '../../../activities/audit/differences.js';
import { readBundle } from '../../../activities/audit/read-bundle.js';
import type { VerifyReport } from '../../../activities/audit/verify-report.js';
import { verifyBundle } from '../../../activities/audit/verify.js';
import type { FileEntry } from '../../../data/schemas/bundle.js';
import {
  artifactsSchema,
  envelopeSchema,
  manifestSchema,
  runRecordSchema,
} from '../../../data/schemas/bundle.js';
import { sha256 } from '../../../data/store/digests.js';
import type { Home } from '../../../data/store/home.js';
import { withBundleCopy } from './finished-run.js';
import { forge, fromAnotherProgram, signAgain } from './forge.js';

const objectSchema = z.record(z.string(), z.unknown());

const STUDENT = 'models/students/2022-01-01_to_2022-06-30';

describe('a forged bundle', () => {
  let home: Home;
  let whole: string;
  let copy: string;
  let mallory: string;

  withBundleCopy(60, (given) => {
    ({ home, whole, copy } = given);
    mallory = path.join(home.root, 'mallory.pem');
  });

  const textOf = (file: string): Promise<string> => readFile(path.join(copy, file), 'utf8');
  const write = (file: string, content: string | Uint8Array): Promise<void> =>
    writeFile(path.join(copy, file), content);

  function expectFailed(report: VerifyReport, file: string, text: string): void {
    if (report.result !== 'failed') throw new Error(`the bundle was ${report.result}`);
    expect(report.file).to.equal(file);
    expect(report.difference).to.contain(text);
  }

  describe('that names another program as its maker', () => {
    it('is ok if this program makes the same files, since all of them were checked', async () => {
      await forge(copy, mallory, {}, fromAnotherProgram);
      const report = await verifyBundle(copy);
      expect(report).to.include({ ok: true, result: 'ok', sameProgram: false });
      expect(report.unchecked).to.deep.equal([]);
    });

    it('is partly checked, and names each text, page and plot that this program writes differently', async () => {
      const summary = await textOf(BUNDLE.summary);
      await forge(
        copy,
        mallory,
        {
          [BUNDLE.summary]: Buffer.from(summary.replace('do not promote', 'promote')),
          [BUNDLE.briefingJson]: bundleJson({ recommendation: 'promote' }),
          'plots/roc.svg': Buffer.from('<svg/>'),
        },
        fromAnotherProgram,
      );
      const report = await verifyBundle(copy);
      expect(report).to.include({ ok: false, result: 'partly checked' });
      expect(report.unchecked).to.deep.equal(
        [BUNDLE.summary, BUNDLE.briefingJson, 'plots/roc.svg'].map(
          (file) => `${file}: this version writes it differently`,
        ),
      );
      expect(report.checked).to.include('figures from the predictions, bit for bit');
    });

    it('fails for a page of coverage that nothing in it can be compared with', async () => {
      await forge(
        copy,
        mallory,
        { [BUNDLE.coverageHtml]: Buffer.from('<p>all bars</p>') },
        fromAnotherProgram,
      );
      expectFailed(await verifyBundle(copy), BUNDLE.coverageHtml, 'coverage.json');
    });

    it('fails without a text that every bundle has', async () => {
      await forge(copy, mallory, { [BUNDLE.briefingText]: undefined }, fromAnotherProgram);
      expectFailed(await verifyBundle(copy), BUNDLE.briefingText, 'no such file');
    });
  });

  for (const file of [
    'configs/advice.md',
    'plots/more.svg',
    'models/students/readme.txt',
    'models/teacher.bin',
    `${STUDENT}/notes.md`,
    `${STUDENT}/deeper/model.json`,
    'FAILED.md',
  ])
    for (const [whose, edit] of [
      ['this program', () => undefined],
      ['another program', fromAnotherProgram],
    ] as const)
      it(`of ${whose} cannot have a file ${file}`, async () => {
        await forge(copy, mallory, { [file]: Buffer.from('promote') }, edit);
        expectFailed(await verifyBundle(copy), file, 'an unknown file');
      });

  it('cannot have a student of a cohort without teachers', async () => {
    const file = 'models/students/1999-01-01_to_1999-06-30/weights.bin';
    await forge(copy, mallory, { [file]: Buffer.from('weights') }, fromAnotherProgram);
    expectFailed(await verifyBundle(copy), file, 'cohorts with teachers');
  });

  describe('with other teachers than its predictions', () => {
    const WINDOW = 'SYM01_2022-01-01_to_2022-06-30';
    const number = String.raw`-?\d[\d.e+-]*`;
    for (const [what, from, to, named] of [
      ['forward rows', /"forward":\d+,"validation":30\}/, '"forward":7,"validation":30}', 'rows.forward'],
      ['validation rows', /"validation":30\}/, '"validation":31}', 'rows.validation'],
      [
        'a forward log-loss',
        new RegExp(`"logLoss":\\{"forward":${number}`),
        '"logLoss":{"forward":0.1',
        'logLoss.forward',
      ],
      [
        'a validation log-loss',
        new RegExp(`("logLoss":\\{"forward":${number},"validation":)${number}`),
        '$10.1',
        'logLoss.validation',
      ],
      ['a base rate of the fit', new RegExp(`"fit":${number}`), '"fit":0.5', 'baseRate.fit'],
      ['a base rate of the selection', new RegExp(`"select":${number}`), '"select":0.5', 'baseRate.select'],
      ['no rows', /"rows":/, '"lines":', 'rows'],
      ['a window outside of the plan', /"window":"SYM01_/, '"window":"SYM01A_', 'SYM01A_'],
      ['a window that was skipped', /"window":"SYM27_/, '"window":"TYM23_', 'only trainable windows'],
    ] as const)
      it(`is refused: ${what}`, async () => {
        const lines = (await textOf(BUNDLE.teachers)).split('\n');
        const at = lines.findIndex((line) => line.includes(what.includes('skipped') ? 'SYM27' : WINDOW));
        const changed = lines.map((line, i) => (i === at ? line.replace(from, to) : line)).join('\n');
        expect(changed).to.not.equal(lines.join('\n'));
        await forge(copy, mallory, { [BUNDLE.teachers]: Buffer.from(changed) });
        expectFailed(await verifyBundle(copy), BUNDLE.teachers, named);
      });

    it('is refused: a window without its line', async () => {
      const lines = (await textOf(BUNDLE.teachers)).split('\n').filter((line) => !line.includes(WINDOW));
      await forge(copy, mallory, { [BUNDLE.teachers]: Buffer.from(lines.join('\n')) });
      expectFailed(await verifyBundle(copy), BUNDLE.predictions, WINDOW);
    });

    it('is refused: a failed window without its line, unless another program made it', async () => {
      const text = await textOf(BUNDLE.teachers);
      const left = text.replace(/^.*"window":"SYM27_.*\n/m, '');
      expect(left).to.not.equal(text);
      await forge(copy, mallory, { [BUNDLE.teachers]: Buffer.from(left) });
      expectFailed(await verifyBundle(copy), BUNDLE.teachers, 'a line of SYM27_');
      await forge(copy, mallory, {}, fromAnotherProgram);
      const report = await verifyBundle(copy);
      expect(report).to.include({ ok: false, result: 'partly checked' });
      expect(report.unchecked[0]).to.match(
        /^teachers\.jsonl: whether the 1 windows without a line failed.*SYM27_/,
      );
    });

    it('is refused: a line that stands twice', async () => {
      const text = await textOf(BUNDLE.teachers);
      const [first = ''] = text.split('\n');
      await forge(copy, mallory, { [BUNDLE.teachers]: Buffer.from(`${first}\n${text}`) });
      expectFailed(await verifyBundle(copy), BUNDLE.teachers, 'sorted by window');
    });
  });

  describe('with other model files than it lists', () => {
    it('is refused: replaced weights and a replaced model', async () => {
      for (const name of ['weights.bin', 'model.json']) {
        const old = await readFile(path.join(copy, STUDENT, name));
        await forge(copy, mallory, { [`${STUDENT}/${name}`]: Buffer.from('{"zero":0}\n') });
        expectFailed(await verifyBundle(copy), BUNDLE.artifacts, name);
        await forge(copy, mallory, { [`${STUDENT}/${name}`]: old });
      }
    });

    it('is refused: an emptied list, a missing prior, foreign paths', async () => {
      const { files } = artifactsSchema.parse(JSON.parse(await textOf(BUNDLE.artifacts)));
      const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1);
      const [first] = files;
      if (first === undefined) throw new Error('no model files');
      const last = { ...first, path: 'zoo/anything.bin' };
      const unplanned = { ...first, path: 'teachers/1999-01-01_to_1999-06-30/prior/weights.bin' };
      for (const [changed, named] of [
        [[], 'an entry students/'],
        [files.filter(({ path: name }) => !name.startsWith('teachers/')), 'an entry teachers/'],
        [files.filter(({ path: name }) => !name.startsWith('placebo/')), 'an entry placebo/'],
        [[...files, last], last.path],
        [[...files, unplanned].sort(byPath), unplanned.path],
        [[first, ...files], 'sorted by path'],
      ] as const) {
        await forge(copy, mallory, { [BUNDLE.artifacts]: bundleJson({ files: changed }) });
        expectFailed(await verifyBundle(copy), BUNDLE.artifacts, named);
      }
    });

    it('is refused: a student without weights, although the list agrees', async () => {
      const { files } = artifactsSchema.parse(JSON.parse(await textOf(BUNDLE.artifacts)));
      const weights = `${STUDENT}/weights.bin`;
      const left = files.filter(({ path: name }) => `models/${name}` !== weights);
      await forge(copy, mallory, { [weights]: undefined, [BUNDLE.artifacts]: bundleJson({ files: left }) });
      expectFailed(await verifyBundle(copy), BUNDLE.artifacts, 'weights.bin');
    });
  });

  it('cannot have an extra folder, empty or nested', async () => {
    for (const [folder, named] of [
      ['notes', 'notes'],
      [`${STUDENT}/empty`, `${STUDENT}/empty`],
      ['a/b/c', 'a'],
    ] as const) {
      await mkdir(path.join(copy, folder), { recursive: true });
      expectFailed(await verifyBundle(copy), named, 'an extra folder');
      await rm(path.join(copy, named), { recursive: true });
    }
    await rename(path.join(copy, 'plots'), path.join(copy, 'Plots'));
    expect((await verifyBundle(copy)).ok).to.equal(false);
  });

  describe('with JSON in another byte form', () => {
    const compact = (text: string): string => JSON.stringify(JSON.parse(text));
    const twice = (text: string): string => text.replace('{', '{\n  "format": "x",\n  "runId": "x",');
    const reversed = (text: string): string =>
      `${JSON.stringify(Object.fromEntries(Object.entries(objectSchema.parse(JSON.parse(text))).reverse()), null, 2)}\n`;
    const spaced = (text: string): string => `${text}\n`;
    const escaped = (text: string): string =>
      text.replace(/"(\w)/, (_, letter: string) => `"\\u00${letter.charCodeAt(0).toString(16)}`);

    for (const [how, change] of Object.entries({ compact, reversed, spaced, escaped }))
      it(`is refused: ${how}`, async () => {
        for (const file of [BUNDLE.manifest, BUNDLE.signature]) {
          const text = await textOf(file);
          const changed = change(text);
          expect(changed, file).to.not.equal(text);
          await write(file, changed);
          expect(await verifyBundle(copy), file).to.include({ result: 'failed', file });
          await write(file, text);
        }
        const statement = await textOf(BUNDLE.statement);
        await signAgain(copy, mallory, Buffer.from(change(statement)));
        expect(await verifyBundle(copy)).to.include({ result: 'failed', file: BUNDLE.statement });
      });

    it('is refused when a key stands twice in manifest, envelope or figures', async () => {
      const manifest = await textOf(BUNDLE.manifest);
      await write(BUNDLE.manifest, manifest.replace('"digest":', '"digest": "ab",\n  "digest":'));
      expectFailed(await verifyBundle(copy), BUNDLE.manifest, 'as this program writes it');
      await write(BUNDLE.manifest, manifest);

      const signature = await textOf(BUNDLE.signature);
      await write(BUNDLE.signature, signature.replace('"payload":', '"payload": "AAAA",\n  "payload":'));
      expectFailed(await verifyBundle(copy), BUNDLE.signature, 'as this program writes it');
      await write(BUNDLE.signature, signature);

      const metrics = await textOf(BUNDLE.metrics);
      await forge(copy, mallory, {
        [BUNDLE.metrics]: Buffer.from(metrics.replace('"auc":', '"auc": 0.99, "auc":')),
      });
      expectFailed(await verifyBundle(copy), BUNDLE.metrics, 'as this program writes it');
    });

    it('is refused when the run record has a key twice, although the statement has its digest', async () => {
      const record = Buffer.from(twice(await textOf(BUNDLE.run)));
      runRecordSchema.partial().loose().parse(JSON.parse(record.toString()));
      await write(BUNDLE.run, record);
      await forge(copy, mallory, {}, (statement) => {
        const [byproduct] = statement.predicate.runDetails.byproducts;
        if (byproduct !== undefined) byproduct.digest.sha256 = sha256(record);
      });
      expectFailed(await verifyBundle(copy), BUNDLE.run, 'as this program writes it');
    });

    it('is refused when the configuration has a key that the statement does not have', async () => {
      const config = objectSchema.parse(JSON.parse(await textOf(BUNDLE.config)));
      await forge(copy, mallory, { [BUNDLE.config]: bundleJson({ ...config, approved: true }) });
      expectFailed(await verifyBundle(copy), BUNDLE.statement, 'externalParameters.approved');
    });

    it('is refused when the signature has another form of base64', async () => {
      const envelope = envelopeSchema.parse(JSON.parse(await textOf(BUNDLE.signature)));
      const [signature] = envelope.signatures;
      if (signature === undefined) throw new Error('no signature');
      // The last character before the padding has four bits that a decoder ignores.
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
      const at = signature.sig.indexOf('=') - 1;
      const other = alphabet[alphabet.indexOf(signature.sig[at] ?? '') ^ 1] ?? '';
      const sig = `${signature.sig.slice(0, at)}${other}${signature.sig.slice(at + 1)}`;
      expect(Buffer.from(sig, 'base64')).to.deep.equal(Buffer.from(signature.sig, 'base64'));
      await write(BUNDLE.signature, bundleJson({ ...envelope, signatures: [{ ...signature, sig }] }));
      expectFailed(await verifyBundle(copy), BUNDLE.signature, 'not valid');
    });
  });

  it('is refused by the size of a file, before the file is read', async () => {
    // Sparse files of 3 GB: reading one fails in Node.js, which reads at most 2 GiB at once.
    for (const [file, text] of [
      [BUNDLE.summary, 'expected'],
      [BUNDLE.run, 'at most 67108864 bytes'],
      [BUNDLE.manifest, 'at most 67108864 bytes'],
    ] as const) {
      await truncate(path.join(copy, file), 3_000_000_000);
      const read = await readBundle(copy);
      if (!('file' in read)) throw new Error('the bundle was read');
      expect(read.file).to.equal(file);
      expect(read.found).to.equal('3000000000');
      expect(`expected ${read.expected}`).to.contain(text);
      await cp(path.join(whole, file), path.join(copy, file));
    }
  });

  it('is refused by the sizes in its manifest, before a file is read', async () => {
    const { covered } = manifestSchema.parse(JSON.parse(await textOf(BUNDLE.manifest)));
    const claim = async (entries: readonly FileEntry[]): Promise<Difference> => {
      const digest = bundleDigest(entries);
      const manifest = { format: 'gurukul-audit-bundle/1', digest, covered: entries, uncovered: UNCOVERED };
      await write(BUNDLE.manifest, bundleJson(manifest));
      const read = await readBundle(copy);
      if (!('file' in read)) throw new Error('the bundle was read');
      return read;
    };
    for (const [file, bytes, most] of [
      [BUNDLE.student, 1_073_741_825, 1_073_741_824],
      [`${STUDENT}/weights.bin`, 4_194_305, 4_194_304],
      [BUNDLE.summary, 268_435_457, 268_435_456],
    ] as const)
      expect(
        await claim(covered.map((entry) => (entry.path === file ? { ...entry, bytes } : entry))),
      ).to.deep.equal({ file, expected: `at most ${most} bytes`, found: `${bytes}` });
    const large = covered.map((entry) =>
      entry.path.endsWith('.svg') || entry.path.endsWith('.json') || entry.path.endsWith('.md')
        ? { ...entry, bytes: entry.path.startsWith('models/') ? entry.bytes : 268_435_456 }
        : entry,
    );
    expect(await claim(large)).to.include({
      file: BUNDLE.manifest,
      expected: 'files of at most 4294967296 bytes together',
    });
    const plots = Array.from({ length: 100_001 }, (_, i) => ({
      path: `plots/${String(i).padStart(6, '0')}.svg`,
      bytes: 1,
      sha256: sha256('x'),
    }));
    expect((await claim(plots)).found).to.match(/100000/);
    expect((await claim(plots.slice(1))).found).to.equal('an unknown file');
  });

  it('cannot list itself or a file outside of the layout in its manifest', async () => {
    const read = await readBundle(copy);
    if ('file' in read) throw new Error(read.found);
    const covered = entriesOf(new Map([...read.covered, [BUNDLE.run, Buffer.from('{}')]]));
    const digest = bundleDigest(covered);
    await write(
      BUNDLE.manifest,
      bundleJson({ format: 'gurukul-audit-bundle/1', digest, covered, uncovered: UNCOVERED }),
    );
    expectFailed(await verifyBundle(copy), BUNDLE.manifest, 'run.json in the list of covered files');
  });
});
