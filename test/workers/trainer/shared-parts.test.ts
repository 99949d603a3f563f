import { mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import {
  buildFeatureTable,
  joinSymbolParts,
} from '../../../activities/market/features/build-feature-table.js';
import { ADJACENT_SLOTS } from '../../../activities/market/bar-slots.js';
import { ALL_MEMBERS } from '../../../activities/market/membership.js';
import { NO_SECTORS } from '../../../activities/market/sectors.js';
import { symbolPart } from '../../../activities/market/features/symbol-part.js';
import type { ComputeGroups, PartGroup } from '../../../activities/market/load-feature-table.js';
import { Home } from '../../../data/store/home.js';
import { sharedParts } from '../../../workers/trainer/shared-parts.js';
import { syntheticMarket } from '../../activities/market/synthetic-market.js';

describe('parts of a feature table that trainers share', () => {
  const rule = { horizon: 5, threshold: 0.02 };
  const market = syntheticMarket();
  const expected = buildFeatureTable(market, rule);
  let home: Home;
  let computed: string[];
  beforeEach(() => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-parts-')));
    computed = [];
  });
  afterEach(() => rmSync(home.root, { recursive: true }));

  const groups = (): PartGroup[] =>
    market.map((series) => ({
      of: { series: series.symbol },
      bars: series.time.length,
      compute: async () => {
        // Others come in between, as they do while a file is read.
        await new Promise(setImmediate);
        computed.push(series.symbol);
        return [symbolPart(series, rule, ADJACENT_SLOTS)];
      },
    }));
  const check = async (share: ComputeGroups): Promise<void> => {
    expect(joinSymbolParts(await share(groups()), rule, ALL_MEMBERS, NO_SECTORS)).to.deep.equal(expected);
  };
  const files = (): string[] =>
    readdirSync(home.featurePartsDir()).map((name) => path.join(home.featurePartsDir(), name));
  const symbols = market.map(({ symbol }) => symbol).sort();

  it('are computed once, by whichever trainer comes first, and give every trainer the same table', async () => {
    await Promise.all(['a', 'b', 'c'].map(() => check(sharedParts(home, 'code'))));
    expect(computed.sort()).to.deep.equal(symbols);
    await check(sharedParts(home, 'code'));
    expect(computed).to.have.length(symbols.length);
    expect(files().every((file) => file.endsWith('.bin'))).to.equal(true);
  });

  it('are computed again by other code', async () => {
    await check(sharedParts(home, 'code'));
    await check(sharedParts(home, 'other'));
    expect(computed).to.have.length(2 * symbols.length);
  });

  it('are computed again where a file is damaged', async () => {
    await check(sharedParts(home, 'code'));
    const [first = '', second = ''] = files();
    const bytes = readFileSync(first);
    bytes.writeUInt8(bytes.readUInt8(500) ^ 1, 500);
    writeFileSync(first, bytes);
    writeFileSync(second, readFileSync(second).subarray(0, 100));
    await check(sharedParts(home, 'code'));
    expect(computed).to.have.length(symbols.length + 2);
  });

  it('are not waited for when the process that claimed them is gone', async () => {
    await check(sharedParts(home, 'code'));
    for (const file of files()) {
      rmSync(file);
      writeFileSync(`${file}.claim`, '');
      utimesSync(`${file}.claim`, 1, 1);
    }
    await check(sharedParts(home, 'code'));
    expect(computed).to.have.length(2 * symbols.length);
  });

  it('are computed all the same where nothing can be written', async () => {
    writeFileSync(path.join(home.root, 'cache'), 'no folder');
    await check(sharedParts(home, 'code'));
    expect(computed.sort()).to.deep.equal(symbols);
  });

  it('stay within limits: large tables are not shared, and the oldest files go first', async () => {
    await check(sharedParts(home, 'code', { mostBars: 10, mostBytes: 1e9 }));
    expect(readdirSync(home.root)).to.deep.equal([]);
    await check(sharedParts(home, 'old', { mostBars: 1e9, mostBytes: 1e9 }));
    const old = files();
    for (const file of old) utimesSync(file, 1, 1);
    await check(sharedParts(home, 'new', { mostBars: 1e9, mostBytes: 1 }));
    const left = files();
    expect(left).to.have.length(symbols.length);
    expect(left.some((file) => old.includes(file))).to.equal(false);
  });
});
