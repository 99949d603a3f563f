import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { readRunInput } from '../../../client/cli/read-run-input.js';
import { flagName, RUN_FLAGS } from '../../../client/cli/run-flags.js';
import { openInputSchema } from '../../../data/schemas/run-input.js';

describe('the input of a run from flags and config file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'gurukul-flags-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const put = (name: string, content: string): string => {
    writeFileSync(path.join(folder, name), content);
    return name;
  };

  it('is all defaults without flags', () => {
    const { input, problems } = readRunInput({}, folder);
    expect(problems).to.deep.equal([]);
    expect(input).to.deep.equal(openInputSchema.parse({}));
    expect(input).to.not.have.property('to');
  });

  it('turns texts into values, symbols into a list, and paths into absolute ones', () => {
    const { input, problems } = readRunInput(
      {
        symbols: 'tcs, INFY,TCS M&M',
        source: 'csv',
        bars: 'nse/daily',
        windowDays: '90',
        threshold: '-0.5',
        universe: 'mine.json',
      },
      folder,
    );
    expect(problems).to.deep.equal([]);
    expect(input).to.include({
      source: 'csv',
      bars: path.join(folder, 'nse/daily'),
      universe: path.join(folder, 'mine.json'),
      windowDays: 90,
      threshold: -0.5,
    });
    expect(input.symbols).to.deep.equal(['TCS', 'INFY', 'M&M']);
  });

  it('leaves the name of a universe a name', () => {
    expect(readRunInput({ universe: 'nifty100' }, folder).input.universe).to.equal('nifty100');
  });

  it('lets flags win over the config file, whose paths start from its folder', () => {
    put('run.json', JSON.stringify({ windowDays: 60, horizon: 3, source: 'csv', bars: 'bars' }));
    const { input, problems } = readRunInput(
      { config: path.join(folder, 'run.json'), windowDays: '120' },
      '/',
    );
    expect(problems).to.deep.equal([]);
    expect(input).to.include({ windowDays: 120, horizon: 3, bars: path.join(folder, 'bars') });
  });

  it('names every mistake of flags and file at once, as flags', () => {
    put('run.json', JSON.stringify({ horizon: 'five', seeed: 3, maxFailureRate: 2 }));
    const { problems } = readRunInput(
      {
        config: 'run.json',
        windowDays: '0',
        threshold: 'much',
        from: '2024-01-01',
        to: '2023-01-01',
        interval: '1hour',
        runId: '../x',
      },
      folder,
    );
    const flags = problems.map((problem) => problem.split(':')[0]).sort();
    expect(flags).to.deep.equal([
      '--config',
      '--from',
      '--horizon',
      '--interval',
      '--max-failure-rate',
      '--run-id',
      '--threshold',
      '--window-days',
    ]);
    expect(problems.find((problem) => problem.startsWith('--config'))).to.contain('did you mean seed?');
  });

  it('reads the triple barrier from flags, and from the config file', () => {
    const flags = { label: 'triple-barrier', threshold: '0.03', lowerBarrier: '0.015' };
    const expected = { label: 'triple-barrier', threshold: 0.03, lowerBarrier: 0.015 };
    expect(readRunInput(flags, folder)).to.deep.include({ problems: [] }).and.nested.include({
      'input.label': 'triple-barrier',
      'input.lowerBarrier': 0.015,
    });
    put('run.json', JSON.stringify(expected));
    const { input, problems } = readRunInput({ config: 'run.json' }, folder);
    expect(problems).to.deep.equal([]);
    expect(input).to.include(expected);
  });

  it('reports every impossible barrier', () => {
    const problemsOf = (flags: Record<string, string>): string[] =>
      readRunInput(flags, folder).problems.slice();
    const label = 'triple-barrier';
    expect(problemsOf({ label, threshold: '-0.02', lowerBarrier: '0' })).to.have.members([
      '--threshold: must be above 0 for triple-barrier labels, where it is the upper barrier',
      '--lower-barrier: must be above 0',
    ]);
    expect(problemsOf({ lowerBarrier: '0.02' })).to.deep.equal([
      '--lower-barrier: applies to the label triple-barrier only, and the label is horizon',
    ]);
    expect(problemsOf({ label: 'barrier' })).to.deep.equal([
      '--label: must be one of horizon, triple-barrier',
    ]);
  });

  it('says that csv needs its folder', () => {
    const { problems } = readRunInput({ source: 'csv' }, folder);
    expect(problems).to.have.length(1);
    expect(problems[0]).to.match(/^--bars: .*csv/);
  });

  it('contradicts a last day that is before the default first one', () => {
    const { problems } = readRunInput({ to: '2010-01-01' }, folder);
    expect(problems).to.have.length(1);
  });

  it('reads symbols from a file, with remarks', () => {
    put('symbols.txt', '# banks\nHDFCBANK\nICICIBANK # the other\n\n');
    expect(readRunInput({ symbolsFile: 'symbols.txt' }, folder).input.symbols).to.deep.equal([
      'HDFCBANK',
      'ICICIBANK',
    ]);
  });

  for (const [what, flags, pattern] of [
    [
      'a symbols file that is not there',
      { symbolsFile: 'none.txt' },
      /--symbols-file: .*none\.txt is not there/,
    ],
    ['an empty symbols file', { symbolsFile: 'empty' }, /--symbols-file: .* names no symbol/],
    [
      'too many symbols',
      { symbolsFile: 'many' },
      /--symbols-file: .*many names 400000 symbols; a run takes at most 10000/,
    ],
    ['a symbols file of another format', { symbolsFile: 'table.json' }, /--symbols-file: .* is not a list/],
    ['both kinds of symbols', { symbols: 'TCS', symbolsFile: 'list' }, /--symbols-file: give either/],
    [
      'too many symbols of a flag',
      { symbols: Array.from({ length: 10_001 }, (_, i) => `S${i}`).join() },
      /--symbols: must be at most 10000 symbols/,
    ],
    ['too many symbols of a config', { config: 'many.json' }, /symbols: must be at most 10000 symbols/],
    ['a symbols file of 16 MiB', { symbolsFile: 'huge' }, /--symbols-file: .*huge is larger than 16 MiB/],
    ['a config of 16 MiB', { config: 'huge' }, /--config: .*huge is larger than 16 MiB/],
    [
      'a symbols file without an end',
      { symbolsFile: '/dev/zero' },
      /--symbols-file: .* is larger than 16 MiB/,
    ],
    ['a config that is not JSON', { config: 'list' }, /--config: .*list is not JSON/],
    ['a config that is a list', { config: 'table.json' }, /--config: .* must hold a JSON object/],
    ['a folder as config', { config: '.' }, /--config: .* is a folder/],
    ['an empty number', { seed: '' }, /--seed: "" is not a number/],
    ['half a window day', { windowDays: '10.5' }, /--window-days: /],
  ] as const) {
    it(`reports ${what} in one line`, () => {
      put('empty', '');
      put('huge', '');
      truncateSync(path.join(folder, 'huge'), 16 * 1_048_576 + 1);
      put('many.json', JSON.stringify({ symbols: Array.from({ length: 10_001 }, (_, i) => `S${i}`) }));
      put('many', Array.from({ length: 400_000 }, (_, i) => `S${i}`).join('\n'));
      put('list', 'TCS\n');
      put('table.json', '[{"symbol": "TCS"}]');
      const { problems } = readRunInput(flags, folder);
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(pattern);
      expect(problems[0]?.split('\n')).to.have.length(1);
    });
  }

  it('has a flag for every key of the input that is not about scheduling or set by the run', () => {
    const keys = Object.keys(openInputSchema.shape).filter(
      (key) => !['shardWindows', 'cohortConcurrency', 'completeUntil'].includes(key),
    );
    expect(RUN_FLAGS.map(({ key }) => key).sort()).to.deep.equal(keys.sort());
    expect(flagName('windowDays')).to.equal('--window-days');
    expect(flagName('symbols.0')).to.equal('--symbols[0]');
    expect(flagName('shardWindows')).to.equal('shardWindows');
  });
});
