import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import type { FeatureTable } from '../../../../activities/market/feature-table.js';
import { buildFeatureTable } from '../../../../activities/market/features/build-feature-table.js';
import { buildStoredTable } from '../../../../activities/market/stored/build-stored-table.js';
import {
  COLUMNS_FILE,
  INDEX_FILE,
  openStoredTable,
} from '../../../../activities/market/stored/stored-table.js';
import type { TableSource } from '../../../../activities/market/table-source.js';
import type { BarSeries } from '../../../../data/bars/series.js';
import { GurukulError } from '../../../../data/errors.js';
import { rejection } from '../../../support/rejection.js';
import { splitDays, syntheticMarket, syntheticSeries } from '../synthetic-market.js';
import { sourceOf } from './source-of.js';

describe('stored feature tables', () => {
  const rule = { horizon: 5, threshold: 0.02 };
  let root: string;
  let folder: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'gurukul-table-'));
    folder = path.join(root, 'table');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const built = async (source: TableSource, cacheBytes?: number): Promise<FeatureTable> => {
    await buildStoredTable(folder, source, () => undefined);
    const table = await openStoredTable(folder, cacheBytes);
    if (table === undefined) throw new Error('no table');
    return table;
  };
  const market = syntheticMarket();

  it('have the bits of tables in memory, whatever stays in memory of them', async () => {
    const sectors = new Map(market.map(({ symbol }, at) => [symbol, `Sector ${at % 2}`]));
    sectors.delete('GAMMA');
    const membership = new Map([['BETA', [{ from: '2021-03-01', to: '2021-09-01' }]]]);
    const expected = buildFeatureTable(market, rule, { membership, sectors });
    const source = sourceOf(market, rule, { membership, sectors });
    for (const cacheBytes of [undefined, 0, 10_000])
      expect(await built(source, cacheBytes)).to.deep.equal(expected);
  });

  it('have parts with the same bits, which changed copies of a symbol do not have', async () => {
    const { symbols } = buildFeatureTable(market, rule);
    const table = await built(sourceOf(market, rule), 10_000);
    for (const [place, own] of table.symbols.entries()) {
      const whole = symbols[place];
      const part = own.between?.(70, 150).between?.(10, 60);
      for (const name of ['time', 'label', 'weight', 'resolvedAt', 'forwardReturn', 'complete'] as const)
        expect(part?.[name]).to.deep.equal(whole?.[name].subarray(80, 130));
      for (const name of ['features', 'relative', 'ranks', 'state', 'factors'] as const) {
        const width = (whole?.[name].length ?? 0) / (whole?.time.length ?? 1);
        expect(part?.[name]).to.deep.equal(whole?.[name].subarray(80 * width, 130 * width));
      }
      expect(part?.exposures.beta).to.deep.equal(whole?.exposures.beta.subarray(80, 130));
      expect(part?.targets.map((values) => values)).to.deep.equal(
        whole?.targets.map((values) => values.subarray(80, 130)),
      );
      expect({ ...own }).not.to.have.property('between');
    }
  });

  it('have the bits of tables of enough symbols to regress on', async () => {
    const series = Array.from({ length: 30 }, (_, at) => syntheticSeries(`S${10 + at}`, 300));
    const sectors = new Map(series.map(({ symbol }, at) => [symbol, `Sector ${at % 4}`]));
    expect(await built(sourceOf(series, rule, { sectors }))).to.deep.equal(
      buildFeatureTable(series, rule, { sectors }),
    );
  });

  it('have the bits of tables of intraday bars', async () => {
    const series: BarSeries[] = market.map((daily) => splitDays(daily, 3));
    expect(await built(sourceOf(series, rule))).to.deep.equal(buildFeatureTable(series, rule));
  });

  it('may be empty', async () => {
    expect((await built(sourceOf([], rule))).symbols).to.deep.equal([]);
  });

  it('are given their symbols in order, each once', async () => {
    const [first] = market;
    if (first === undefined) throw new Error('no series');
    const twice = buildStoredTable(folder, sourceOf([first, first], rule), () => undefined);
    expect(await rejection(twice, GurukulError)).to.have.property('type', 'Bug');
    expect(existsSync(folder)).to.equal(false);
  });

  it('are not there before they are complete', async () => {
    let steps = 0;
    await buildStoredTable(folder, sourceOf(market, rule), async () => {
      steps += 1;
      expect(await openStoredTable(folder)).to.equal(undefined);
    });
    // Every symbol twice, and at least one span of bars.
    expect(steps).to.be.above(2 * market.length);
  });

  it('are gone where building them failed', async () => {
    const failing = buildStoredTable(folder, sourceOf(market, rule), () => {
      throw new Error('stop');
    });
    expect((await rejection(failing, Error)).message).to.equal('stop');
    expect(existsSync(folder)).to.equal(false);
  });

  it('say so where a column is damaged, and are built again', async () => {
    const table = await built(sourceOf(market, rule), 0);
    const file = path.join(folder, COLUMNS_FILE);
    const bytes = readFileSync(file);
    for (let at = 0; at < bytes.length; at += 64) bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    writeFileSync(file, bytes);
    expect(() => table.symbols[2]?.features).to.throw(/columns.bin is damaged: features of DELTA/);
    expect(await openStoredTable(folder)).to.equal(undefined);
  });

  it('say so where the file is too short', async () => {
    await built(sourceOf(market, rule));
    truncateSync(path.join(folder, COLUMNS_FILE), 1000);
    expect(await rejection(openStoredTable(folder), GurukulError)).to.have.property(
      'type',
      'ChecksumMismatch',
    );
  });

  it('are not there where the index is damaged', async () => {
    await built(sourceOf(market, rule));
    const file = path.join(folder, INDEX_FILE);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"rows":320', '"rows":319'));
    expect(await openStoredTable(folder)).to.equal(undefined);
  });
});
