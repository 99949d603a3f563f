import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { Home } from '../../../data/store/home.js';
import { gurukulHere } from '../support/gurukul-here.js';
import type { Ended } from '../support/gurukul-process.js';
import { gurukul } from '../support/gurukul-process.js';

/** Nothing listens on port 1. */
const NOWHERE = '127.0.0.1:1';

/** What the parser of arguments finds itself, and one of each other kind. */
const AS_A_PROGRAM: ReadonlySet<string> = new Set([
  'an unknown symbol',
  'no server',
  'a worker without a server',
  'an unknown option',
  'an unknown verb',
  'a missing argument',
]);

describe('wrong input on the command line', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'gurukul-cli-'));
    writeFileSync(path.join(folder, 'a-file'), 'text');
    mkdirSync(path.join(folder, 'other-format'));
    writeFileSync(path.join(folder, 'other-format', 'TCS.csv'), 'PK\u0003\u0004 this is a zip file\n');
    mkdirSync(path.join(folder, 'no-bars'));
    writeFileSync(path.join(folder, 'no-bars', 'readme.txt'), 'hello');
    writeFileSync(path.join(folder, 'config.json'), '{"windowDays": 180,');
    mkdirSync(path.join(folder, 'no-bundle'));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** The whole program, as a user starts it. */
  const program = async (args: readonly string[], home = path.join(folder, 'home')): Promise<Ended> =>
    gurukul(args, { cwd: folder, env: { GURUKUL_HOME: home, TEMPORAL_ADDRESS: NOWHERE } });
  /** The same without a process of its own, which takes most of the time. */
  const command = async (args: readonly string[], home = path.join(folder, 'home')): Promise<Ended> =>
    gurukulHere(args, { home: new Home(home), address: NOWHERE, cwd: folder });

  const csv = ['--source', 'csv', '--bars'];
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    [
      'an unknown symbol',
      ['run', '--embedded', '--symbols', 'RELAINCE'],
      /--symbols: RELAINCE .*did you mean RELIANCE/,
    ],
    [
      'from after to',
      ['run', '--embedded', '--from', '2024-06-01', '--to', '2024-01-01'],
      /--from: must be before to/,
    ],
    ['a day that does not exist', ['plan', '--from', '2023-02-29'], /--from: .*existing date/],
    ['a window of 0 days', ['run', '--embedded', '--window-days', '0'], /--window-days: must be at least 7/],
    ['less than a window', ['plan', '--from', '2024-12-28'], /--to: .*shorter than the 7 days/],
    [
      'a missing folder',
      ['run', '--embedded', ...csv, 'nowhere'],
      /--bars: the folder .*nowhere does not exist/,
    ],
    ['a file instead of a folder', ['plan', ...csv, 'a-file'], /--bars: .*a-file is a file/],
    ['a folder without bars', ['plan', ...csv, 'no-bars'], /--bars: .*no-bars contains no 1day bars/],
    ['a file of another format', ['run', '--embedded', ...csv, 'other-format'], /--bars: .*TCS\.csv/],
    ['csv without its folder', ['plan', '--source', 'csv'], /--bars: is required for the source csv/],
    [
      'a folder to compare with that is missing',
      ['run', '--embedded', '--cross-check', 'nowhere'],
      /--cross-check: the folder .*nowhere does not exist/,
    ],
    ['a folder without csv', ['plan', '--bars', 'no-bars'], /--bars: only the csv source/],
    [
      'half a config file',
      ['run', '--embedded', '--config', 'config.json'],
      /--config: .*config\.json is not JSON/,
    ],
    [
      'a barrier of labels that have none',
      ['plan', '--lower-barrier', '0.02'],
      /--lower-barrier: applies to the label triple-barrier only/,
    ],
    ['a missing symbols file', ['plan', '--symbols-file', 'none'], /--symbols-file: .*none is not there/],
    ['a plan of bars that were never fetched', ['plan', '--source', 'yahoo'], /source: no bars of yahoo are/],
    [
      'a provider without credentials',
      ['run', '--embedded', '--source', 'breeze'],
      /breeze needs credentials\. .*BREEZE_API_KEY/,
    ],
    ['an unknown source', ['plan', '--source', 'nse'], /--source: must be one of synthetic, csv/],
    ['an unknown universe', ['plan', '--universe', 'nifty5'], /--universe: nifty5 is neither/],
    ['a run id that is a path', ['run', '--embedded', '--run-id', '../x'], /--run-id: must be/],
    ['--embedded with --detach', ['run', '--embedded', '--detach'], /--detach: /],
    ['no server', ['run'], /no Temporal server at 127\.0\.0\.1:1.*gurukul up/],
    ['a worker without a server', ['worker', '--role', 'io'], /no Temporal server/],
    [
      'numbers of a cluster',
      ['cluster', 'setup', '--history-shards', 'many', '--retention', '0', '--wait', '-1'],
      /--history-shards: must be a whole number.*--retention: must be.*--wait: must be/s,
    ],
    [
      'an age that is none',
      ['prune', '--older-than', 'soon'],
      /--older-than: must be a whole number of days/,
    ],
    ['runs to prune without a server', ['prune', '--older-than', '30'], /no Temporal server answers/],
    [
      'a cluster without a server',
      ['cluster', 'setup', '--wait', '0'],
      /no Temporal server at 127\.0\.0\.1:1/,
    ],
    ['an unknown role', ['worker', '--role', 'tain'], /--role: "tain" must be one of/],
    [
      'devices of a CPU',
      ['worker', '--role', 'train', '--devices', '0'],
      /--devices: applies to workers with/,
    ],
    ['an unknown run', ['resume', 'candidate'], /there is no run candidate/],
    [
      'a bundle that is not there',
      ['audit', 'verify', 'none'],
      /there is no bundle .*none: name a folder such as .*audit_RUN/,
    ],
    ['a folder that is no bundle', ['audit', 'verify', 'no-bundle'], /no-bundle is not a bundle/],
    ['an unknown option', ['run', '--windw-days', '3'], /unknown option '--windw-days'[^]*--window-days/],
    ['an unknown verb', ['rnu'], /unknown command 'rnu'[^]*did you mean run/i],
    ['a missing argument', ['status'], /missing required argument 'run'/],
  ];

  for (const [what, args, message] of cases) {
    it(`ends with one message and status 2: ${what}`, async () => {
      const start = AS_A_PROGRAM.has(what) ? program : command;
      const { status, stdout, stderr } = await start(args);
      expect(stderr).to.match(message);
      expect(stderr, 'a stack trace').not.to.match(/\n\s+at .*:\d+/);
      expect((stderr.match(/error:/g) ?? []).length, stderr).to.be.at.most(1);
      expect(stdout).to.equal('');
      expect(status).to.equal(2);
      expect(existsSync(path.join(folder, 'home')), 'something was written').to.equal(false);
    });
  }

  it('is reported all at once', async () => {
    const { status, stderr } = await command([
      ...['run', '--embedded', '--symbols', 'TCSS', '--horizon', 'x', '--window-days', '0'],
      ...['--interval', '2day'],
    ]);
    expect(status).to.equal(2);
    for (const flag of ['--symbols: ', '--horizon: ', '--window-days: ', '--interval: '])
      expect(stderr).to.contain(flag);
  });

  it('is a first day after the last one, also where the last one is the default', async () => {
    const { status, stderr } = await command(['plan', '--from', '2030-01-01']);
    expect(stderr).to.contain('--from: must be before to (2024-12-31)');
    expect(status).to.equal(2);
  });

  it('names wrong values, symbols, windows and folders together', async () => {
    const { status, stderr } = await command([
      ...['plan', '--source', 'csv', '--bars', 'nowhere', '--cross-check', 'no-bars'],
      ...['--symbols', 'TCSS', '--from', '2024-12-28', '--to', '2024-12-31', '--seed', '-1'],
    ]);
    expect(status).to.equal(2);
    for (const flag of ['--bars', '--cross-check', '--symbols', '--to', '--seed'])
      expect(stderr).to.match(new RegExp(`^  ${flag}: `, 'm'));
  });

  it('does not take the flags of csv for mistakes where the name of the source is one', async () => {
    const { status, stderr } = await command([
      ...['plan', '--source', 'nse', '--bars', 'no-bars', '--format', 'foo', '--adjust', 'maybe'],
    ]);
    expect(status).to.equal(2);
    expect(stderr).to.contain('--source: must be one of').and.to.contain('--adjust: must be one of');
    expect(stderr)
      .to.contain('--format: there is no format foo')
      .and.not.to.contain('applies to bar files only');
    expect(stderr).not.to.contain('only the csv source');
  });

  for (const verb of [['run', '--embedded'], ['up'], ['resume', 'x'], ['worker', '--role', 'io']]) {
    it(`is a home that cannot be written: ${verb.join(' ')}`, async () => {
      const home = path.join(folder, 'a-file', 'home');
      const { status, stderr } = await (verb[0] === 'run' ? program : command)(verb, home);
      expect(stderr).to.match(/cannot write to .*a-file\/home: .*is a file; .*GURUKUL_HOME/);
      expect(status).to.equal(2);
    });
  }

  it('leaves a folder that is there as it was', async () => {
    const home = path.join(folder, 'kept');
    mkdirSync(home);
    await command(['run', '--symbols', 'TCS'], home);
    expect(readdirSync(home)).to.deep.equal([]);
  });

  it('is not what --help is: that ends with status 0', async () => {
    const { status, stdout } = await program(['run', '--help']);
    expect(status).to.equal(0);
    expect(stdout).to.contain('--max-failure-rate');
  });
});
