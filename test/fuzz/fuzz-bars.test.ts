import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { ADJACENT_SLOTS } from '../../activities/market/bar-slots.js';
import { buildFeatureTable } from '../../activities/market/features/build-feature-table.js';
import { membershipOf } from '../../activities/market/membership.js';
import { adjustSeries } from '../../data/bars/adjust-series.js';
import { InvalidInputError } from '../../data/errors.js';
import { fuzzArguments } from './arguments.js';
import type { CaseResult } from './campaign.js';
import { runCases } from './campaign.js';
import { drawCase } from './draw-case.js';
import type { Product } from './product.js';
import { PRODUCT } from './product.js';
import { isFaultless, reportLines, sumLine } from './report.js';
import { WRITERS } from './writers/index.js';

const SEED = 14;
/** The tier `long` has 500. */
const CASES = 120;

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('random bars in every format', function () {
  this.timeout(600_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'gurukul-fuzz-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));
  const run = (product: Product, indices: readonly number[]): Promise<CaseResult[]> =>
    runCases({ seed: SEED, indices, folder, product });

  it(`give the features and labels of clean bars, or are stopped: ${CASES} cases`, async () => {
    const results = await run(PRODUCT, upTo(CASES));
    const report = reportLines(results, SEED).join('\n');
    expect(isFaultless(results), report).to.equal(true);
    expect(sumLine(results), report).to.match(/^120 files, (9|1[01])\d equal, \d+ stopped, 0 wrong$/);
    // Every format takes part.
    const formats = new Set(results.flatMap(({ symbols }) => symbols.map(({ format }) => format)));
    expect(formats.size).to.be.at.least(21);
    expect(WRITERS).to.have.length(22);
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('are the same for the same seed', () => {
    expect(drawCase(SEED, 7)).to.deep.equal(drawCase(SEED, 7));
    expect(drawCase(SEED, 7).files).not.to.deep.equal(drawCase(SEED + 1, 7).files);
  });

  describe('show a product', () => {
    const wrongOnes = async (faulty: Partial<Product>, cases = 25): Promise<string[]> => {
      const results = await run({ ...PRODUCT, ...faulty }, upTo(cases));
      expect(isFaultless(results)).to.equal(false);
      return results.flatMap(({ symbols }) =>
        symbols.flatMap(({ verdict, what }) => (verdict === 'wrong' ? [what] : [])),
      );
    };

    it('that shifts all bars by a day', async () => {
      const wrong = await wrongOnes({
        ingest: async (drawn, root) => {
          const manifest = await PRODUCT.ingest(drawn, root);
          const bars = [...manifest.bars].map(
            ([symbol, series]) =>
              [symbol, { ...series, time: series.time.map((minutes) => minutes + 1440) }] as const,
          );
          return { ...manifest, bars: new Map(bars) };
        },
      });
      expect(wrong.length).to.be.above(50);
      expect(wrong[0]).to.match(/^bar 0 is 20\d\d-\d\d-\d\d( \d\d:\d\d)?, not 20/);
    });

    it('that applies an action twice', async () => {
      const wrong = await wrongOnes({
        ingest: async (drawn, root) => {
          const manifest = await PRODUCT.ingest(drawn, root);
          const series = manifest.series.map((record) => ({
            ...record,
            corporateActions: [...(record.corporateActions ?? []), ...(record.corporateActions ?? [])],
          }));
          return { ...manifest, series };
        },
      });
      expect(wrong.length).to.be.above(10);
      expect(wrong[0]).to.match(/^(relative feature|the (feature|label))/);
    });

    it('that takes a label from the next bar where the session of its end has none', async () => {
      const wrong = await wrongOnes({
        table: (manifest, drawn) => {
          const series = manifest.series.flatMap(({ symbol, corporateActions }) => {
            const bars = manifest.bars.get(symbol);
            return bars === undefined ? [] : [adjustSeries(bars, corporateActions ?? [])];
          });
          return buildFeatureTable(series, drawn.rule, {
            slots: ADJACENT_SLOTS,
            membership: membershipOf(manifest.series),
          });
        },
      });
      expect(wrong.length).to.be.above(25);
      for (const what of wrong) expect(what).to.match(/^the label of .* (not unknown|not [01] at .*)$/);
    });

    it('that fails with anything but a finding', async () => {
      const wrong = await wrongOnes({ ingest: () => Promise.reject(new TypeError('x is undefined')) }, 1);
      expect(wrong[0]).to.match(/^TypeError: x is undefined/);
    });

    it('that stops everything', async () => {
      const refuse = (): never => {
        throw new InvalidInputError(['bars: all of this is odd']);
      };
      expect(await wrongOnes({ ingest: () => Promise.resolve().then(refuse) }, 20)).to.deep.equal([]);
    });
  });

  it('name what is wrong, and how to see it again', () => {
    const symbol = { symbol: 'SBIN', format: 'kite', planned: false };
    const results: CaseResult[] = [
      { index: 3, files: 2, bars: 9, symbols: [{ ...symbol, verdict: 'wrong', what: 'open \u001b is 1' }] },
      { index: 4, files: 1, bars: 9, symbols: [{ ...symbol, verdict: 'equal', what: '' }] },
      { index: 5, files: 1, bars: 9, symbols: [{ ...symbol, verdict: 'stopped', what: 'bad_row: no' }] },
    ];
    const lines = reportLines(results, 8);
    expect(lines).to.include.members([
      'WRONG: 3 SBIN (kite): open \\u001b is 1',
      '  again: npm run fuzz:bars -- --seed 8 --only 3',
      'stopped: 5 SBIN (kite): bad_row: no',
    ]);
    expect(lines.at(-1)).to.equal('3 files, 1 equal, 1 stopped, 1 wrong');
  });
});

describe('the arguments of npm run fuzz:bars', () => {
  it('are 10,000 cases of seed 1, or one case', () => {
    const { seed, indices, keep } = fuzzArguments([]);
    expect([seed, indices.length, indices[0], keep]).to.deep.equal([1, 10_000, 0, false]);
    expect(fuzzArguments(['--seed', '3', '--only', '77', '--keep'])).to.deep.equal({
      ...{ seed: 3, indices: [77], keep: true },
    });
    expect(fuzzArguments(['--files', '2']).indices).to.deep.equal([0, 1]);
  });

  it('are all checked at once', () => {
    expect(() => fuzzArguments(['--seed', '-', '--files', '0']))
      .to.throw(InvalidInputError)
      .with.property('problems')
      .that.has.length(2);
    expect(() => fuzzArguments(['--sed', '1'])).to.throw(InvalidInputError, /Unknown option '--sed'/);
  });
});
