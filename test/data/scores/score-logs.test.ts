import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { KeyObject } from 'node:crypto';

import { expect } from 'chai';

import { GurukulError } from '../../../data/errors.js';
import type { NewScores, StoredScores } from '../../../data/scores/score-logs.js';
import { newestOfDates, readScores, recordScores } from '../../../data/scores/score-logs.js';
import { sealScores } from '../../../data/scores/sealed-scores.js';
import { signingKey } from '../../../data/signing/signing.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { Home } from '../../../data/store/home.js';
import { madeRow, madeScores } from './made-scores.js';

const DIGEST = 'a'.repeat(64);

describe('the log of scores', () => {
  let home: Home;
  let key: KeyObject;
  beforeEach(async () => {
    home = new Home(mkdtempSync(path.join(os.tmpdir(), 'gurukul-scores-')));
    key = await signingKey(home.signingKey());
  });
  afterEach(() => rmSync(home.root, { recursive: true }));

  const put = (change: Partial<NewScores> = {}): ReturnType<typeof recordScores> =>
    recordScores(home, madeScores(change), key);
  const read = (): Promise<StoredScores[]> => readScores(home, DIGEST);
  const files = (): string[] => readdirSync(home.scores(DIGEST)).sort();
  const failure = async (): Promise<string> => {
    const error: unknown = await read().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(GurukulError).with.property('type', 'ChecksumMismatch');
    return error instanceof Error ? error.message : '';
  };
  const corrected = { digest: 'e'.repeat(64), series: { INFY: 'f'.repeat(64), TCS: 'd'.repeat(64) } };

  it('is empty without a folder', async () => {
    expect(await read()).to.deep.equal([]);
  });

  it('keeps what was said, and nothing else is in the folder', async () => {
    const { file, created, log } = await put();
    expect(created).to.equal(true);
    expect(path.basename(file)).to.equal('2024-05-03.001.json');
    expect(files()).to.deep.equal(['2024-05-03.001.json']);
    expect((await read())[0]?.log).to.deep.equal(log);
    expect(log).to.deep.equal({ ...madeScores(), number: 1, replaces: null });
  });

  it('has one file for the same result, of another version of the program too', async () => {
    const first = await put();
    const before = readFileSync(first.file, 'utf8');
    const again = await put({ codeVersion: 'other code' });
    expect(again).to.deep.equal({ ...first, created: false });
    expect(files()).to.have.length(1);
    expect(readFileSync(first.file, 'utf8')).to.equal(before);
  });

  it('has a numbered file that says why for bars that were corrected', async () => {
    const first = await put();
    const second = await put({ bars: corrected, rows: [madeRow('INFY', 0.02), madeRow('TCS', -0.01)] });
    expect(second.log.number).to.equal(2);
    expect(second.log.replaces).to.deep.equal({
      number: 1,
      sha256: first.sha256,
      why: 'bars were corrected: INFY',
    });
    expect(files()).to.deep.equal(['2024-05-03.001.json', '2024-05-03.002.json']);
    expect(newestOfDates(await read()).map(({ log }) => log.number)).to.deep.equal([2]);
  });

  const reasons: readonly (readonly [string, Partial<NewScores>, RegExp])[] = [
    [
      'another role',
      { role: 'run', decision: null },
      /^scored as run now, as champion \(decision 1\) before$/,
    ],
    [
      'bars that came',
      { bars: { ...corrected, series: { INFY: 'c'.repeat(64), TCS: 'd'.repeat(64), SBIN: 'c'.repeat(64) } } },
      /^bars came: SBIN$/,
    ],
    [
      'bars that are gone',
      { bars: { ...corrected, series: { INFY: 'c'.repeat(64) } } },
      /^bars are gone: TCS$/,
    ],
    ['another source', { source: 'yahoo' }, /^bars of yahoo now, of csv before$/],
    [
      'another program',
      { codeVersion: 'new', rows: [madeRow('INFY', 0.03), madeRow('TCS', -0.01)] },
      /^another version of the program: INFY$/,
    ],
    ['other members', { rows: [madeRow('INFY', 0.01)] }, /reference files changed/],
  ];
  for (const [what, change, why] of reasons)
    it(`says why for ${what}`, async () => {
      await put();
      expect((await put(change)).log.replaces?.why).to.match(why);
    });

  it('gives two that are recorded at once a file each, or one if they say the same', async () => {
    const both = await Promise.all([put({ bars: corrected }), put(), put()]);
    const numbers = both.map(({ log }) => log.number);
    expect(numbers[1]).to.equal(numbers[2]);
    expect(new Set(numbers)).to.deep.equal(new Set([1, 2]));
    expect(await read()).to.have.length(2);
  });

  it('keeps dates and times of a day apart', async () => {
    await put({ date: '2024-05-03T15:25' });
    await put({ date: '2024-05-03T09:15' });
    expect(files()).to.deep.equal(['2024-05-03T0915.001.json', '2024-05-03T1525.001.json']);
    expect((await read()).map(({ log }) => log.date)).to.deep.equal(['2024-05-03T09:15', '2024-05-03T15:25']);
  });

  describe('under attack', () => {
    const edit = (file: string, change: (text: string) => string): void =>
      writeFileSync(file, change(readFileSync(file, 'utf8')));

    it('refuses an edited number', async () => {
      const { file } = await put();
      edit(file, (text) => text.replace('"score": 0.01', '"score": 0.09'));
      expect(await failure()).to.match(/2024-05-03\.001\.json is not what this home's key signed/);
    });

    it('refuses a log that another home signed', async () => {
      const { file } = await put();
      const other = new Home(mkdtempSync(path.join(os.tmpdir(), 'gurukul-scores-')));
      const forged = await recordScores(
        other,
        madeScores({ rows: [madeRow('INFY', 9)] }),
        await signingKey(other.signingKey()),
      );
      writeFileSync(file, readFileSync(forged.file));
      rmSync(other.root, { recursive: true });
      expect(await failure()).to.match(/or is another home's/);
    });

    it('refuses a log under another date or number', async () => {
      const { file } = await put();
      const text = readFileSync(file, 'utf8');
      writeFileSync(home.scoreLog(DIGEST, '2024-05-06', 1), text);
      expect(await failure()).to.match(/2024-05-06\.001\.json contains log 1 of 2024-05-03/);
    });

    /** Another log of the same date and number that this home has signed. */
    const exchange = (file: string): void => {
      const sealed = sealScores({ ...madeScores({ cohort: 'other' }), number: 1, replaces: null }, key);
      const sorted: unknown = JSON.parse(canonicalJson(sealed));
      writeFileSync(file, `${JSON.stringify(sorted, null, 2)}\n`);
    };

    it('refuses another spelling of what was signed', async () => {
      const { file } = await put();
      edit(file, (text) => JSON.stringify(JSON.parse(text)));
      expect(await failure()).to.match(/it was changed/);
    });

    it('refuses a correction whose first log is gone or was exchanged', async () => {
      const first = await put();
      await put({ bars: corrected });
      const text = readFileSync(first.file, 'utf8');
      exchange(first.file);
      expect(await failure()).to.match(/is not the log that .*002\.json corrects/);
      writeFileSync(first.file, text);
      rmSync(first.file);
      expect(await failure()).to.match(/2024-05-03\.001\.json is missing/);
    });

    it('refuses what no log may hold', async () => {
      const { file } = await put();
      edit(file, (text) => text.replace('"symbol": "INFY"', '"symbol": "=cmd|x"'));
      expect(await failure()).to.match(/is damaged/);
    });

    it('writes no second log beside a broken one', async () => {
      const { file } = await put();
      edit(file, (text) => text.replace('"rank": 1', '"rank": 2'));
      const error: unknown = await put({ bars: corrected }).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(GurukulError);
      expect(existsSync(home.scoreLog(DIGEST, '2024-05-03', 2))).to.equal(false);
    });

    it('refuses logs without the key that signed them', async () => {
      await put();
      rmSync(home.signingKey());
      expect(await failure()).to.match(/the scores of this home are signed with it/);
    });
  });
});
