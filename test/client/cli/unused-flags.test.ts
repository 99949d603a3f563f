import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { describeCommands } from '../../../client/cli/describe-commands.js';
import { RUN_FLAGS } from '../../../client/cli/run-flags.js';
import { UNUSED_FLAGS } from '../../../client/cli/unused-flags.js';
import { Home } from '../../../data/store/home.js';
import { gurukulHere } from '../support/gurukul-here.js';
import { idleProgram } from '../support/idle-program.js';

/** A command line in a mode that does not use some of its flags, and these flags. */
const CASES: readonly (readonly [command: string, args: string, unused: readonly string[]])[] = [
  ['run', '--embedded --detach', ['--detach']],
  ['resume', 'nightly --embedded --detach', ['--detach']],
  ['ingest', '--html page.html', ['--html']],
  ['ingest', '--embedded --html page.html', ['--html']],
  ['ingest', '--verify --embedded', ['--embedded']],
  ['approve', 'r --dry-run --expect x', ['--expect']],
  ['doctor', '--interval 1day --record answers', ['--interval', '--record']],
  ['actions add', '--file nse.csv --kind split --evidence bars', ['--kind', '--evidence']],
  ['schedule create', 'nightly --to 2024-01-01 --run-id x', ['--to', '--run-id']],
  ['run', '--source synthetic --offline', ['--offline']],
  ['ingest', '--offline', ['--offline']],
  ['score', '--outcomes --symbols TCS --as-of 2024-05-03 --out x.csv', ['--symbols', '--as-of', '--out']],
  ['worker', '--role io --accelerator cpu --trainers 2', ['--accelerator', '--trainers']],
  ['worker', '--role train --slots 2', ['--slots']],
  ['worker', '--role meta,cpu --accelerator gpu --devices 0', ['--accelerator', '--devices']],
  ['worker', '--role train --devices 0', ['--devices']],
  ['worker', '--role train --accelerator gpu --trainers 2', ['--trainers']],
];

/** Flags beside the run's input that a command uses in every mode it has. */
const ALWAYS_USED: Readonly<Record<string, readonly string[]>> = {
  up: ['accelerator'],
  status: ['failed'],
  export: ['out'],
  score: ['run', 'outcomes', 'format'],
  logs: ['last'],
  report: ['open'],
  rm: ['bundle', 'yes', 'withdraw'],
  prune: ['older-than', 'yes'],
  ingest: ['verify'],
  run: ['embedded'],
  pause: ['reason'],
  cancel: ['reason'],
  resume: ['only', 'symbols', 'embedded'],
  'audit verify': ['key'],
  approve: ['by', 'reason', 'override', 'stage', 'dry-run'],
  'champion rollback': ['to', 'by', 'reason'],
  'champion retire': ['by', 'reason'],
  reject: ['by', 'reason'],
  'schedule create': ['at', 'days', 'score'],
  'schedule pause': ['reason'],
  'schedule backfill': ['from', 'to'],
  worker: ['role', 'deployment', 'metrics-port', 'metrics-host'],
  'symbols refresh': ['security-master', 'equity-list', 'symbol-changes'],
  'actions list': ['bars'],
  'actions add': ['file', 'replace'],
  'codec-server': ['port', 'host', 'ui'],
  'cluster setup': ['history-shards', 'retention', 'sql-tool', 'wait'],
  deployment: ['current'],
  dashboard: ['port', 'host', 'read-only'],
  tail: ['last', 'from-start', 'follow'],
  doctor: ['source'],
};

/** The run's input is checked as a whole by every command that takes it; --json says how, not what. */
const INPUT_FLAGS: ReadonlySet<string> = new Set([
  ...RUN_FLAGS.map(({ flags }) => /^--([\w-]+)/.exec(flags)?.[1] ?? flags),
  ...['symbols-file', 'config', 'json'],
]);

describe('flags that a mode does not use', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'gurukul-unused-'))));
  after(() => rmSync(folder, { recursive: true }));

  for (const [command, args, unused] of CASES)
    it(`are refused in one message that names them all: ${command} ${args}`, async () => {
      const home = new Home(path.join(folder, 'home'));
      const { status, stdout, stderr } = await gurukulHere([...command.split(' '), ...args.split(' ')], {
        home,
        address: '127.0.0.1:1',
        cwd: folder,
      });
      for (const flag of unused) expect(stderr).to.match(new RegExp(`(^error: |\n  )${flag}: `));
      expect(stderr.match(/--[\w-]+: /g), stderr).to.have.length(unused.length);
      expect(stdout).to.equal('');
      expect(status).to.equal(2);
      expect(existsSync(home.root)).to.equal(false);
    });

  it('are known for every flag of every command', () => {
    const undecided = describeCommands(idleProgram()).flatMap(({ name, flags }) => {
      const tested = CASES.filter(([command]) => command === name).flatMap(([, , unused]) => unused);
      const known = new Set([...tested.map((flag) => flag.slice(2)), ...(ALWAYS_USED[name] ?? [])]);
      return flags
        .filter(({ long }) => !known.has(long) && !INPUT_FLAGS.has(long))
        .map(({ long }) => `${name} --${long}`);
    });
    expect(undecided).to.deep.equal([]);
  });

  it('are all flags that there are', () => {
    const commands = describeCommands(idleProgram());
    for (const [command, modes] of Object.entries(UNUSED_FLAGS)) {
      const keys = commands.find(({ name }) => name === command)?.flags.map(({ key }) => key);
      for (const key of modes.flatMap((mode) => mode.keys)) expect(keys, command).to.include(key);
    }
  });
});
