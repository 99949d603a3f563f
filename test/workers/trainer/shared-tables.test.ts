import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { buildFeatureTable } from '../../../activities/market/features/build-feature-table.js';
import type { TableSource } from '../../../activities/market/table-source.js';
import { Home } from '../../../data/store/home.js';
import { SharedTables } from '../../../workers/trainer/shared-tables.js';
import { rejection } from '../../support/rejection.js';
import { sourceOf } from '../../activities/market/stored/source-of.js';
import { syntheticMarket } from '../../activities/market/synthetic-market.js';

/** No process has it. */
const GONE = 2 ** 30;

describe('feature tables that trainers share', () => {
  const rule = { horizon: 5, threshold: 0.02 };
  const market = syntheticMarket(100);
  const others = market.slice(1);
  const expected = buildFeatureTable(market, rule);
  let home: Home;
  let computed: string[];
  beforeEach(() => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-tables-')));
    computed = [];
  });
  afterEach(() => rmSync(home.root, { recursive: true }));

  const source = (series = market): TableSource =>
    sourceOf(series, rule, {}, (symbol) => computed.push(symbol));
  const check = async (shared: SharedTables, onStep = (): void => undefined): Promise<void> => {
    expect(await shared.load(source(), () => Promise.resolve(source(others)), onStep)).to.deep.equal(
      expected,
    );
  };
  const names = (): string[] => readdirSync(home.featureTables()).sort();
  const symbols = market.map(({ symbol }) => symbol);
  const both = [...symbols, ...others.map(({ symbol }) => symbol)].sort();

  it('are built once, by whichever trainer comes first; another builds the next one while it waits', async () => {
    await Promise.all(['a', 'b', 'c'].map(() => check(new SharedTables(home, 'code'))));
    expect(computed.sort()).to.deep.equal(both);
    await check(new SharedTables(home, 'code'));
    expect(computed).to.have.length(both.length);
    expect(names()).to.have.length(2);
  });

  it('are built again by other code', async () => {
    await check(new SharedTables(home, 'code'));
    await check(new SharedTables(home, 'other'));
    expect(computed).to.have.length(2 * symbols.length);
  });

  it('are not waited for when the process that claimed them is gone, or silent', async () => {
    await check(new SharedTables(home, 'code'));
    const [name = ''] = names();
    const claim = path.join(home.featureTables(), `${name}.claim`);
    const left = path.join(home.featureTables(), `${name}.${hostname()}-${GONE}`);
    for (const [owner, age] of [
      [`${hostname()}-${GONE}`, 0],
      ['elsewhere-1', 120],
    ] as const) {
      rmSync(path.join(home.featureTables(), name), { recursive: true });
      mkdirSync(left);
      writeFileSync(claim, owner);
      const then = Date.now() / 1000 - age;
      utimesSync(claim, then, then);
      await check(new SharedTables(home, 'code'));
      expect(names()).to.deep.equal([name]);
    }
    expect(computed).to.have.length(3 * symbols.length);
  });

  it('leave no claim behind when they are given up', async () => {
    const stopped = check(new SharedTables(home, 'code'), () => {
      throw new Error('stop');
    });
    expect((await rejection(stopped, Error)).message).to.equal('stop');
    expect(names()).to.deep.equal([]);
  });

  it('are built in memory where nothing can be written', async () => {
    writeFileSync(path.join(home.root, 'cache'), 'no folder');
    await check(new SharedTables(home, 'code'));
    expect(computed).to.deep.equal(symbols);
  });

  it('are removed when others take their place, the least recently used first', async () => {
    const load = async (code: string): Promise<string[]> => {
      await check(new SharedTables(home, code, 1));
      return names();
    };
    const [oldest = ''] = await load('oldest');
    // What an earlier version left.
    writeFileSync(path.join(home.featureTables(), 'part.bin'), '');
    const two = await load('older');
    expect(two).to.have.length(2).and.to.include(oldest);
    const kept = await load('new');
    // The one before the last is needed: it is that of a run's other arm.
    expect(kept).to.have.length(2).and.not.to.include(oldest);
  });
});
