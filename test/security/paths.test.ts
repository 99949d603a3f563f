import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import fc from 'fast-check';

import { readBundle } from '../../activities/audit/read-bundle.js';
import { BUNDLE, UNCOVERED, bundleDigest, bundleJson } from '../../activities/audit/bundle-layout.js';
import { createPlanActivities } from '../../activities/plan/index.js';
import { readRunInput } from '../../client/cli/read-run-input.js';
import { GurukulError, InvalidInputError } from '../../data/errors.js';
import { artifactsSchema } from '../../data/schemas/bundle.js';
import { fileRefSchema } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { loadCalendar } from '../../data/calendar/calendar.js';
import { readingsOf } from '../../data/sources/csv/file-names.js';
import { openSource } from '../../data/sources/open-source.js';
import { sha256 } from '../../data/store/digests.js';
import { readRef } from '../../data/store/file-refs.js';
import { writeFileAtomic, writeJson } from '../../data/store/files.js';
import { appendJsonLine } from '../../data/store/json-lines.js';
import { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { findUnit } from '../../data/store/units.js';
import { recordEvent } from '../../data/telemetry/telemetry.js';
import { loadUniverse } from '../../data/universe/universe.js';
import { rejection } from '../support/rejection.js';
import { hostileText } from './hostile-text.js';

const CASES = 10_000;
/** Number of cases for entry points that read or write files in each case. */
const FILE_CASES = 500;

describe('input from outside cannot leave the home folder', function () {
  this.timeout(600_000);
  let folder: string;
  let home: Home;
  let around: string[];

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-paths-'));
    home = new Home(path.join(folder, 'a', 'b', 'home'));
    mkdirSync(home.root, { recursive: true });
    writeFileSync(path.join(folder, 'a', 'secret.csv'), 'symbol,company\nRELIANCE,Reliance\n');
    mkdirSync(path.join(folder, 'in'));
    around = outside();
  });
  afterEach(() => {
    expect(outside(), 'files outside the home').to.deep.equal(around);
    rmSync(folder, { recursive: true });
  });

  /** All files around the home, without the home's own files and the folder for the input of tests. */
  function outside(): string[] {
    // With file types, since readdir would follow links without them.
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
      .filter((name) => !`${name}/`.startsWith('a/b/home/') && !`${name}/`.startsWith('in/'))
      .sort();
  }

  /** Without chai, since it is called a hundred thousand times. */
  function expectInside(file: string): void {
    const below = path.relative(home.root, file);
    const out = below === '' || below.split('/').includes('..') || path.isAbsolute(below);
    if (out || file.includes('\0') || path.normalize(file) !== file)
      throw new Error(`${JSON.stringify(file)} is not below ${home.root}`);
  }

  /** The result of some work; undefined if it fails with InvalidInput. Any other error fails the test. */
  function refusedOr<Result>(work: () => Result): Result | undefined {
    try {
      return work();
    } catch (error) {
      if (error instanceof GurukulError && error.type === 'InvalidInput') return undefined;
      throw error;
    }
  }

  it('through any path of the home', () => {
    const paths: readonly ((text: string) => string)[] = [
      ...[home.runDir, home.runInput, home.symbols, home.teachIndex, home.plan, home.ingest, home.status],
      ...[home.teacherRuns, home.studentRuns, home.predictions, home.placeboPredictions, home.checkpoints],
      ...[home.studentPredictions, home.metrics, home.telemetry, home.bundle],
      (text) => home.ingestBatch(text, 1),
      (text) => home.cohortDir(text, '2022-01-01_to_2022-06-30', 'real'),
      (text) => home.cohortDir('run', text, 'placebo'),
      (text) => home.shardDir('run', text, 'real', 1),
      (text) => home.cohortIndex('run', text),
      (text) => home.studentDir('run', text),
      (text) => home.barSeries(text, '1day', 'f'.repeat(64)),
      (text) => home.barSeries('RELIANCE', text, 'f'.repeat(64)),
      (text) => home.barSeries('RELIANCE', '1day', text),
      (text) => home.fetchedAnswers('yahoo', text, '1day'),
      (text) => home.fetchedRevisions(text, 'RELIANCE', '1day'),
      (text) => home.absolute(text),
    ];
    let made = 0;
    fc.assert(
      fc.property(hostileText, (text) => {
        for (const pathOf of paths) {
          const file = refusedOr(() => pathOf(text));
          if (file === undefined) continue;
          expectInside(file);
          made += 1;
        }
      }),
      { numRuns: CASES },
    );
    expect(made, 'number of paths').to.be.greaterThan(CASES / 10);
  });

  it('through flags of the command line', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const { input } = readRunInput(
          { runId: text, symbols: text, interval: text, universe: text },
          folder,
        );
        if (input.runId !== undefined) expectInside(home.runDir(input.runId));
        for (const symbol of input.symbols ?? [])
          expectInside(home.barSeries(symbol, input.interval, 'f'.repeat(64)));
      }),
      { numRuns: CASES },
    );
  });

  it('through a config file', () => {
    const file = path.join(folder, 'in', 'config.json');
    fc.assert(
      fc.property(hostileText, (text) => {
        const config = { runId: text, symbols: [text], interval: text, [text]: text };
        writeFileSync(file, JSON.stringify(config));
        const { input } = readRunInput({ config: file }, folder);
        if (input.runId !== undefined) expectInside(home.runDir(input.runId));
        for (const symbol of input.symbols ?? [])
          expectInside(home.barSeries(symbol, input.interval, 'f'.repeat(64)));
      }),
      { numRuns: FILE_CASES },
    );
  });

  it('through a universe file in CSV or JSON', async () => {
    const json = path.join(folder, 'in', 'universe.json');
    const csv = path.join(folder, 'in', 'universe.csv');
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        writeFileSync(
          json,
          JSON.stringify({ name: text || 'x', members: [{ symbol: text, isecCode: text }] }),
        );
        writeFileSync(csv, `symbol,company\n${text},${text}\n`);
        for (const file of [json, csv]) {
          const universe = await loadUniverse(file, packageRoot).catch((error: unknown) => {
            if (error instanceof InvalidInputError) return undefined;
            throw error;
          });
          for (const { symbol } of universe?.members ?? [])
            expectInside(home.barSeries(symbol, '1day', 'f'.repeat(64)));
        }
      }),
      { numRuns: FILE_CASES },
    );
  });

  it('through the input of a workflow that another client starts', async () => {
    const plan = createPlanActivities({
      home,
      packageRoot,
      pollers: () => Promise.resolve(0),
      now: Date.now,
    });
    const status = { phase: 'plan', windows: { planned: 0, succeeded: 0, skipped: 0, failed: 0 } } as const;
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const attempts = [
          () => plan.settleRun({ input: { runId: text, symbols: ['RELIANCE'] }, runId: text }),
          // The caller of the workflow chooses both ids, and they may differ.
          () => plan.settleRun({ input: { symbols: ['RELIANCE'] }, runId: text }),
          () => plan.settleRun({ input: { runId: 'run', symbols: [text] }, runId: 'run' }),
          () =>
            plan.recordStatus({
              status: {
                ...{ ...status, runId: text, workflowId: 'x', skippedBy: {}, failedBy: {}, students: 0 },
                ...{ bundle: null, bundleDigest: null, decision: 'pending' },
              },
              message: text,
            }),
        ];
        for (const attempt of attempts)
          await attempt().catch((error: unknown) => {
            if (!(error instanceof GurukulError) || error.type !== 'InvalidInput') throw error;
          });
      }),
      { numRuns: FILE_CASES / 2 },
    );
  });

  it('through file names in a folder of bars', async () => {
    const universe = await loadUniverse('nifty100', packageRoot);
    const member = universe.members.find(({ symbol }) => symbol === 'RELIANCE');
    const bars = path.join(folder, 'in', 'bars');
    mkdirSync(bars);
    const names = new Set<string>();
    fc.assert(
      fc.property(hostileText, (text) => {
        const name = `${text.replaceAll(/[/\0]/g, '')}.csv`;
        // An empty file that is named after the symbol in another form is rightly a second one of it.
        const named = readingsOf(name).some(({ key }) => key === 'RELIANCE');
        if (named || Buffer.byteLength(name) > 255) return;
        writeFileSync(path.join(bars, name), '');
        names.add(name);
      }),
      { numRuns: FILE_CASES },
    );
    expect(names.size).to.be.greaterThan(FILE_CASES / 10);
    writeFileSync(
      path.join(bars, 'RELIANCE.csv'),
      'timestamp,open,high,low,close,volume\n2022-01-03,1,1,1,1,1\n',
    );
    const source = await openSource(
      { source: 'csv', bars, interval: '1day', seed: 7, from: '2022-01-01', to: '2024-12-31' },
      {
        home,
        packageRoot,
        universe: { ...universe, members: member === undefined ? [] : [member] },
        calendar: loadCalendar(packageRoot),
      },
    );
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const { series } = await source.read(text);
        expect(series === null || text === 'RELIANCE').to.equal(true);
      }),
      { numRuns: FILE_CASES },
    );
  });

  it('through references in files', async () => {
    const manifest = home.runInput('run');
    const named = (uri: string): unknown => ({ uri, sha256: 'f'.repeat(64), bytes: 1, rows: 0 });
    await fc.assert(
      fc.asyncProperty(hostileText, async (uri) => {
        const parsed = fileRefSchema.safeParse(named(uri));
        const artifact = artifactsSchema.safeParse({
          files: [{ path: uri, bytes: 1, sha256: 'f'.repeat(64) }],
        });
        expect(artifact.success).to.equal(parsed.success);
        if (parsed.success) expectInside(home.absolute(uri));
        else expect(refusedOr(() => home.absolute(uri))).to.equal(undefined);
        await writeJson(manifest, { key: 'k', outputs: { model: named(uri) }, summary: null });
        const found = await findUnit(home, manifest, 'k').catch((error: unknown) => {
          // For example, a reference to a folder.
          if (error instanceof GurukulError && error.type === 'StoreUnavailable') return undefined;
          throw error;
        });
        expect(found).to.equal(undefined);
      }),
      { numRuns: FILE_CASES },
    );
    for (const uri of ['../secret.csv', '../../secret.csv', '/etc/passwd', 'models/../../../secret.csv', ''])
      await rejection(readRef(home, { uri, sha256: sha256(''), bytes: 0, rows: 0 }), InvalidInputError);
  });

  it('through paths in the manifest of a bundle', async () => {
    const bundle = path.join(folder, 'in', 'bundle');
    for (const name of UNCOVERED) await writeFileAtomic(path.join(bundle, name), '{}');
    const secret = readFileSync(path.join(folder, 'a', 'secret.csv'));
    const digest = sha256(secret);
    await fc.assert(
      fc.asyncProperty(fc.oneof(hostileText, fc.constant('../../a/secret.csv')), async (name) => {
        const covered = [{ path: name, bytes: secret.byteLength, sha256: digest }];
        const manifest = {
          format: 'gurukul-audit-bundle/1',
          digest: bundleDigest(covered),
          covered,
          uncovered: UNCOVERED,
        };
        writeFileSync(path.join(bundle, BUNDLE.manifest), bundleJson(manifest));
        expect(await readBundle(bundle)).to.have.property('expected');
      }),
      { numRuns: FILE_CASES },
    );
  });

  it('through symbolic links in the home', async () => {
    const away = path.join(folder, 'a');
    symlinkSync(away, path.join(home.root, 'models'));
    symlinkSync(path.join(away, 'nowhere'), path.join(home.root, 'telemetry'));
    mkdirSync(path.join(home.root, 'release'));
    symlinkSync('../..', path.join(home.root, 'release', 'audit_run'));
    for (const access of [
      () => home.runInput('run'),
      () => home.telemetry('run'),
      () => home.bundle('run'),
      () => home.absolute('models/secret.csv'),
      () => recordEvent(home, 'run', { event: 'phase', id: 'x' }),
    ]) {
      expect(access).to.throw(
        InvalidInputError,
        /is a symbolic link that leads out of the home folder .*Remove the link, or set GURUKUL_HOME/s,
      );
    }
    const ref = { uri: 'models/secret.csv', sha256: sha256(''), bytes: 0, rows: 0 };
    await rejection(readRef(home, ref), InvalidInputError);
  });

  it('through a symbolic link at the path of a file that is written', async () => {
    const target = path.join(folder, 'a', 'new.json');
    mkdirSync(path.join(home.root, 'models', 'run'), { recursive: true });
    const file = path.join(home.root, 'models', 'run', 'input.json');
    symlinkSync(target, file);
    await rejection(writeFileAtomic(file, '{}'), InvalidInputError);
    expect(() => appendJsonLine(home.runInput('run'), {})).to.throw(InvalidInputError);
    expect(existsSync(target)).to.equal(false);
  });

  it('but links that stay inside, and a home that is itself a link, work', async () => {
    mkdirSync(path.join(home.root, 'release', 'audit_run'), { recursive: true });
    symlinkSync('audit_run', path.join(home.root, 'release', 'audit_latest'));
    symlinkSync(home.root, path.join(folder, 'in', 'home'));
    const linked = new Home(path.join(folder, 'in', 'home'));
    for (const one of [home, linked])
      expect(one.bundle('latest')).to.equal(path.join(one.root, 'release', 'audit_latest'));
    const config: Pick<RunConfig, 'runId'> = { runId: 'run' };
    await writeJson(linked.runInput('run'), config);
    expect(existsSync(home.runInput('run'))).to.equal(true);
  });

  it('and messages do not quote a file that is not a table', async () => {
    const file = path.join(folder, 'in', 'key.txt');
    for (const text of ['s3cr3t-s3cr3t-s3cr3t', 'A=1\0KEY=abc,def', 'root:x:0:0:root:/root,x:/bin/sh']) {
      writeFileSync(file, `${text}\n`);
      const { message } = await rejection(loadUniverse(file, packageRoot), InvalidInputError);
      expect(message).to.include('the header must have a column symbol').and.not.include(text.slice(0, 6));
    }
    writeFileSync(file, 'ticker,company name\nX,Y\n');
    expect((await rejection(loadUniverse(file, packageRoot), InvalidInputError)).message).to.include(
      'found ticker,company name',
    );
  });
});
