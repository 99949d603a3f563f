import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { LEAKS } from '../../../activities/leaks/measure-leaks.js';
import { seriesText } from '../../../data/bars/series-text.js';
import { Home } from '../../../data/store/home.js';
import { barsWithoutSignal } from '../../activities/leaks/bars-without-signal.js';
import { gurukulHere } from '../support/gurukul-here.js';
import type { Ended } from '../support/gurukul-process.js';

const figure = z.strictObject({
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});
const figures = z
  .strictObject({ rows: z.number(), dates: z.number(), rankIc: figure, auc: figure })
  .nullable();
const printedSchema = z.strictObject({
  entry: z.string(),
  seed: z.number(),
  leaks: z.array(
    z.strictObject({
      leak: z.enum(LEAKS),
      model: z.string(),
      wrong: z.string(),
      honest: figures,
      leaking: figures,
      reason: z.string().nullable(),
    }),
  ),
});

describe('gurukul leaks', function () {
  this.timeout(600_000);
  let folder: string;
  let symbols: string;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-leaks-'));
    const series = await barsWithoutSignal(1, 8, '2022-01-01');
    for (const bars of series) writeFileSync(path.join(folder, `${bars.symbol}.csv`), seriesText(bars));
    symbols = series.map(({ symbol }) => symbol).join(',');
  });
  after(() => rmSync(folder, { recursive: true }));

  const leaks = async (...more: readonly string[]): Promise<Ended> =>
    gurukulHere(
      [
        // The project's list of actions is about the real bars.
        ...['leaks', '--source', 'csv', '--bars', folder, '--adjust', 'none', '--symbols', symbols],
        ...['--from', '2021-01-01', '--to', '2021-12-31', ...more],
      ],
      { home: new Home(path.join(folder, 'home')), address: '127.0.0.1:1', cwd: folder },
    );

  it('measures each leak on a folder of bars, the same again, and shows progress on stderr', async () => {
    const { status, stdout, stderr } = await leaks('--json', '--seed', '3');
    expect(status, stderr).to.equal(0);
    const printed = printedSchema.parse(JSON.parse(stdout));
    expect(printed).to.include({ entry: 'next-open', seed: 3 });
    expect(printed.leaks.map(({ leak }) => leak)).to.deep.equal([...LEAKS]);
    const [shuffled, , dropped, survivors] = printed.leaks;
    expect(shuffled?.leaking?.auc.value)
      .to.be.above(shuffled?.honest?.auc.value ?? NaN)
      .and.above(0.7);
    expect(dropped?.leaking?.rows).to.be.below(dropped?.honest?.rows ?? NaN);
    expect(survivors).to.include({ honest: null, leaking: null });
    expect(survivors?.reason).to.match(/^the symbols are those known today already/);
    expect(stderr).to.match(/trees, shuffled split: 2\/2/);
    expect((await leaks('--json', '--seed', '3')).stdout).to.equal(stdout);
  });

  it('prints a table and a sentence for each leak; the close as entry leaves nothing to compare', async () => {
    const { status, stdout } = await leaks('--entry', 'close');
    expect(status).to.equal(0);
    expect(stdout).to.match(/^leak +rows +dates +rank IC \(95 %\) +AUC \(95 %\)/);
    expect(stdout).to.match(/\nshuffled_split +honest +[\d,]+ +\d+ +-?0\.\d{3}/);
    expect(stdout).to.match(/\n +leaking +[\d,]+ +\d+ +0\.\d{3}/);
    expect(stdout).to.contain('entry_at_close: features need the close, and nobody can trade at it any more');
    expect(stdout).to.contain('n/a: the close is the entry that was asked for (--entry close)');
  });

  it('refuses bars on which nothing can be trained', async () => {
    const { status, stderr } = await leaks('--from', '2021-12-01');
    expect(status).to.equal(2);
    expect(stderr).to.match(/insufficient_data/);
  });
});
