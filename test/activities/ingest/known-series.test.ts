import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import type { SealedIngest } from '../../../activities/ingest/activities.js';
import { createIngestActivities } from '../../../activities/ingest/index.js';
import { seriesText } from '../../../data/bars/series-text.js';
import type { BarSeries } from '../../../data/bars/series.js';
import type { SeriesRecord } from '../../../data/schemas/ingest.js';
import { ingestManifestSchema, seriesRecordSchema } from '../../../data/schemas/ingest.js';
import type { RunConfig, RunInputDraft } from '../../../data/schemas/run-input.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import { canonicalJson, sha256 } from '../../../data/store/digests.js';
import { writeRef } from '../../../data/store/file-refs.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { dailyBars } from '../../support/bars.js';

/** A code that no check gives: who finds it in a record has not checked the bars again. */
const MARK = 'marked_by_a_test';

const keptSchema = z.object({ entries: z.array(z.looseObject({ record: seriesRecordSchema })) });

describe('a series that is known', () => {
  let home: Home;
  let bars: string;
  beforeEach(() => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-known-')));
    bars = mkdtempSync(path.join(tmpdir(), 'gurukul-source-'));
    put('TCS', seriesText(dailyBars(250)));
    put('WIPRO', seriesText(dailyBars(200, { beat: 1.4 })));
  });
  afterEach(() => {
    rmSync(home.root, { recursive: true });
    rmSync(bars, { recursive: true });
  });

  const fileOf = (symbol: string): string => path.join(bars, `${symbol}.csv`);
  /** Writes a file as it was an hour ago: its content is settled, but its change is seen by the file system. */
  const put = (symbol: string, text: string): void => {
    writeFileSync(fileOf(symbol), text);
    const hourAgo = new Date(Date.now() - 3_600_000);
    utimesSync(fileOf(symbol), hourAgo, hourAgo);
  };

  async function ingest(draft: RunInputDraft = {}): Promise<SealedIngest & { series: SeriesRecord[] }> {
    const { symbols: _listed, ...input } = runInputSchema.parse({
      ...{ source: 'csv', bars, to: '2023-12-31' },
      ...draft,
    });
    const config: RunConfig = { ...input, runId: 'r' };
    const activities = createIngestActivities({ home, packageRoot });
    const list = await writeRef(home, home.symbols('r'), canonicalJson(['TCS', 'WIPRO']), 2);
    await activities.ingestSymbols({ config, symbols: list, batch: 0, batches: 1 });
    const sealed = await activities.sealIngest({ config, batches: 1 });
    const text = readFileSync(home.absolute(sealed.ref.uri), 'utf8');
    return { ...sealed, series: ingestManifestSchema.parse(JSON.parse(text)).series };
  }

  /** Puts a mark into what is known of a symbol, as if an ingest had found it, and perhaps changes more. */
  const mark = (symbol: string, change: (text: string) => string = (text) => text): void => {
    const file = home.knownSeries(symbol);
    const { entries } = keptSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    for (const { record } of entries)
      if (!record.findings.some(({ code }) => code === MARK))
        record.findings.push({ severity: 'info', code: MARK, message: 'known' });
    const changed: unknown = JSON.parse(change(canonicalJson(entries)));
    writeFileSync(file, canonicalJson({ sha256: sha256(canonicalJson(changed)), entries: changed }));
  };
  /** Makes the files look as if they had been there for an hour when they were read. */
  const settle = (symbol: string): void =>
    mark(symbol, (text) =>
      text.replaceAll(/"at":(\d+)/g, (_, at: string) => `"at":${Number(at) + 3_600_000}`),
    );
  const known = ({ series }: { series: SeriesRecord[] }): string[] =>
    series.filter(({ findings }) => findings.some(({ code }) => code === MARK)).map(({ symbol }) => symbol);
  const other = (): BarSeries => dailyBars(250, { beat: 1.1 });

  it('is neither parsed nor checked again, and gives the same manifest', async () => {
    const first = await ingest();
    const second = await ingest();
    expect(second).to.deep.equal(first);
    mark('TCS');
    expect(known(await ingest())).to.deep.equal(['TCS']);
  });

  it('is known by its times, once it is settled: then it is not even read', async () => {
    await ingest();
    // With a digest that is wrong, only its times can make it known.
    const wrongDigest = (text: string): string =>
      text.replaceAll(
        /("path":"[^"]+","sha256":")[^"]+/g,
        (_, before: string) => `${before}${'0'.repeat(64)}`,
      );
    settle('TCS');
    mark('TCS', wrongDigest);
    mark('WIPRO', wrongDigest);
    expect(known(await ingest())).to.deep.equal(['TCS']);
  });

  it('is read again when its file has changed', async () => {
    const first = await ingest();
    for (const symbol of ['TCS', 'WIPRO']) settle(symbol);
    put('TCS', seriesText(other()));
    const second = await ingest();
    expect(known(second)).to.deep.equal(['WIPRO']);
    expect(second.digest).not.to.equal(first.digest);
    put('TCS', seriesText(dailyBars(250)));
    expect((await ingest()).digest).to.equal(first.digest);
  });

  it('is read again when its file has other content of the same size and time', async () => {
    const first = await ingest();
    settle('TCS');
    const { size, mtime } = statSync(fileOf('TCS'));
    const text = readFileSync(fileOf('TCS'), 'utf8');
    // The last volume with its digits turned around.
    writeFileSync(
      fileOf('TCS'),
      text.replace(/1(\d*)\n$/, (_, rest: string) => `2${rest}\n`),
    );
    utimesSync(fileOf('TCS'), mtime, mtime);
    expect(statSync(fileOf('TCS'))).to.deep.include({ size, mtime });
    expect(readFileSync(fileOf('TCS'), 'utf8')).not.to.equal(text);
    const second = await ingest();
    expect(known(second)).to.deep.equal([]);
    expect(second.digest).not.to.equal(first.digest);
  });

  it('is read to be known while a change could be too recent to show in its times', async () => {
    await ingest();
    mark('TCS');
    // As above, and with all that the file system says of the old file: such a change within its clock's step.
    const text = readFileSync(fileOf('TCS'), 'utf8');
    writeFileSync(
      fileOf('TCS'),
      text.replace(/1(\d*)\n$/, (_, rest: string) => `2${rest}\n`),
    );
    const { ino, dev, size, mtimeNs, ctimeNs } = statSync(fileOf('TCS'), { bigint: true });
    mark('TCS', (entries) => {
      const stats = {
        device: String(dev),
        inode: String(ino),
        size: String(size),
        modified: String(mtimeNs),
        changed: String(ctimeNs),
      };
      return entries.replaceAll(/"stats":\{[^}]*\}/g, () => `"stats":${canonicalJson(stats)}`);
    });
    expect(known(await ingest())).to.deep.equal([]);
  });

  it('is known again where only its times are others', async () => {
    await ingest();
    mark('TCS');
    put('TCS', readFileSync(fileOf('TCS'), 'utf8'));
    expect(known(await ingest())).to.deep.equal(['TCS']);
  });

  it('is read again for other dates, and known again for those of before', async () => {
    await ingest();
    mark('TCS');
    expect(known(await ingest({ to: '2023-06-30' }))).to.deep.equal([]);
    expect(known(await ingest())).to.deep.equal(['TCS']);
  });

  it('is read again with another list of corporate actions', async () => {
    await ingest();
    for (const symbol of ['TCS', 'WIPRO']) mark(symbol);
    mkdirSync(path.dirname(home.corporateActions()), { recursive: true });
    writeFileSync(
      home.corporateActions(),
      'symbol,ex_date,price_factor,kind,source\nTCS,2022-06-01,2,bonus 1:1,test\n',
    );
    expect(known(await ingest())).to.deep.equal(['WIPRO']);
  });

  it('is read again when there is another file of it, or one of many symbols', async () => {
    await ingest();
    for (const symbol of ['TCS', 'WIPRO']) mark(symbol);
    writeFileSync(path.join(bars, 'notes.txt'), 'what these bars are\n');
    expect(known(await ingest())).to.deep.equal([]);
    for (const symbol of ['TCS', 'WIPRO']) mark(symbol);
    expect(known(await ingest())).to.deep.equal(['TCS', 'WIPRO']);
    writeFileSync(path.join(bars, 'notes.txt'), 'what those bars are\n');
    expect(known(await ingest())).to.deep.equal([]);
  });

  it('is read again when it is no longer in the store', async () => {
    const first = await ingest();
    mark('TCS');
    mark('WIPRO');
    const [stored = ''] = first.series.map(({ ref }) => home.absolute(ref?.uri ?? ''));
    renameSync(stored, `${stored}.gone`);
    const second = await ingest();
    expect(known(second)).to.deep.equal(['WIPRO']);
    expect(second.digest).to.equal(first.digest);
  });

  it('is read again when what is known of it is damaged', async () => {
    const first = await ingest();
    const file = home.knownSeries('TCS');
    const text = readFileSync(file, 'utf8');
    const damages = ['', '{}', text.slice(0, -20), text.replace('"bars":250', '"bars":251'), 'null'];
    for (const damage of damages) {
      writeFileSync(file, damage);
      expect(await ingest(), damage.slice(0, 40)).to.deep.equal(first);
      expect(readFileSync(file, 'utf8')).not.to.equal(damage);
    }
  });

  it('is compared with a second source every time', async () => {
    const second = mkdtempSync(path.join(tmpdir(), 'gurukul-second-'));
    try {
      await ingest({ crossCheck: second }).catch(() => undefined);
      expect(readdirSync(home.root)).not.to.include('cache');
    } finally {
      rmSync(second, { recursive: true });
    }
  });

  it('takes the place of the oldest of four', async () => {
    for (const to of ['2023-01-31', '2023-02-28', '2023-03-31', '2023-04-28', '2023-05-31'])
      await ingest({ to });
    mark('TCS');
    expect(known(await ingest({ to: '2023-01-31' }))).to.deep.equal([]);
    expect(known(await ingest({ to: '2023-05-31' }))).to.deep.equal(['TCS']);
  });
});
