import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { hasDisplay } from '../../../client/cli/verbs/report.js';
import { createPromoteActivities } from '../../../activities/promote/index.js';
import type { RunStatus } from '../../../data/schemas/run-status.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import { writeFileAtomic, writeJson } from '../../../data/store/files.js';
import { Home } from '../../../data/store/home.js';
import { appendJsonLine } from '../../../data/store/json-lines.js';
import { recordEvents } from '../../../data/telemetry/telemetry.js';
import { sealedRun } from '../../activities/audit/finished-run.js';
import { inActivity } from '../../activities/validate/in-activity.js';
import { runStatus } from '../../support/run-status.js';
import { gurukulHere } from '../support/gurukul-here.js';
import type { Ended } from '../support/gurukul-process.js';
import { askedWorkflows } from '../../support/asked-workflows.js';
import { packageRoot } from '../../../data/store/package-root.js';

/** Nobody listens there. */
const NO_SERVER = '127.0.0.1:1';

describe("a run's files, from the command line", function () {
  this.timeout(600_000);
  let home: Home;
  beforeEach(() => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-files-')));
  });
  afterEach(() => rmSync(home.root, { recursive: true }));

  const gurukul = async (...args: readonly string[]): Promise<Ended> =>
    gurukulHere(args, { home, address: NO_SERVER });
  /** Runs a command that is refused. @returns Why. */
  const refused = async (...args: readonly string[]): Promise<string> => {
    const { status, stderr } = await gurukul(...args);
    expect(status, stderr).to.equal(2);
    return stderr;
  };
  const leave = async (runId: string, change: Partial<RunStatus>): Promise<void> => {
    await writeJson(home.runInput(runId), runInputSchema.parse({ runId }));
    await writeJson(home.status(runId), runStatus(runId, change));
    recordEvents(home, runId, [{ event: 'phase', id: 'phase/plan', phase: 'plan' }]);
  };
  /** A run that is done, with its bundle. */
  const done = async (runId: string, seed = 7): Promise<string> => {
    const made = await sealedRun(home, { runId, dates: 30, overrides: { seed } });
    await leave(runId, { phase: 'done', bundle: made.bundle, bundleDigest: made.digest });
    return made.bundle;
  };
  const decide = async (runId: string, verdict: 'approved' | 'rejected'): Promise<void> => {
    const words = { by: 'Asha', reason: 'why not', at: '2024-01-03T10:00:00.000Z', id: runId };
    await inActivity(async () =>
      createPromoteActivities({ home, packageRoot, workflows: askedWorkflows() }).decideRun({
        runId,
        verdict,
        ...words,
        override: true,
      }),
    );
  };

  describe('decisions', () => {
    it('are refused by every command that reads them when one was edited', async () => {
      await done('first');
      await decide('first', 'approved');
      const log = async (): Promise<unknown> =>
        z
          .array(z.looseObject({ name: z.string() }))
          .parse(JSON.parse((await gurukul('doctor', '--json')).stdout))
          .find(({ name }) => name === 'decisions');
      expect(await log()).to.deep.equal({ name: 'decisions', status: 'ok', detail: '1, verified' });
      const file = home.decision(1);
      writeFileSync(file, readFileSync(file, 'utf8').replace('"approved"', '"rejected"'));
      const broken = `the log of decisions is broken: ${file} was changed after it was signed`;
      for (const args of [['list'], ['list', '--json'], ['status', 'first'], ['rm', 'first', '--yes']]) {
        const { status, stdout, stderr } = await gurukul(...args);
        expect(status, args.join(' ')).to.equal(1);
        expect(stderr).to.contain(`error: ${broken}`);
        expect(stdout).to.equal('');
      }
      const found = await log();
      expect(found).to.include({ status: 'problem' });
      expect(found).to.have.property('detail').that.contains(broken);
    });

    it('are not read from status.json', async () => {
      await leave('first', { phase: 'done', bundleDigest: 'f'.repeat(64), decision: 'approved' });
      expect(JSON.parse((await gurukul('status', 'first', '--json')).stdout)).to.include({
        decision: 'pending',
      });
      const listed: unknown = JSON.parse((await gurukul('list', '--json')).stdout);
      expect(listed).to.have.nested.property('[0].runId', 'first');
      expect(listed).to.have.nested.property('[0].decision', 'pending');
    });
  });

  describe('logs', () => {
    beforeEach(() => {
      recordEvents(home, 'r', [
        { event: 'phase', id: 'phase/teach', phase: 'teach', message: '4 windows in 1 cohorts' },
        { event: 'window_failed', id: 'w', symbol: 'TCS', error: 'Diverged', detail: null, failedBy: {} },
      ]);
      const log = path.join(home.logs(), 'worker-train.log');
      const later = Date.now() + 60_000;
      for (const line of [
        { level: 40, time: later, run: 'r', msg: 'the trainer ended', unit: 'u' },
        { level: 20, time: later, run: 'r', msg: 'progress' },
        { level: 40, time: later, run: 'other', msg: 'not of this run' },
      ])
        appendJsonLine(log, line);
    });

    it('show telemetry and what workers logged about the run, in order of time', async () => {
      const { status, stdout, stderr } = await gurukul('logs', 'r');
      expect(status, stderr).to.equal(0);
      const lines = stdout.trimEnd().split('\n');
      expect(lines.map((line) => line.replace(/^\S+ \S+ {2}/, ''))).to.deep.equal([
        'phase  phase=teach message="4 windows in 1 cohorts"',
        'window_failed  symbol=TCS error=Diverged',
        'worker: the trainer ended  unit=u',
      ]);
      expect(lines[0]).to.match(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}phase/);
    });

    it('show the last of them, and the lines as they are recorded', async () => {
      const last = (await gurukul('logs', 'r', '--last', '1')).stdout;
      expect(last).to.contain('the trainer ended').and.to.not.contain('window_failed');
      const [first = ''] = (await gurukul('logs', 'r', '--json')).stdout.split('\n');
      expect(JSON.parse(first)).to.include({ run: 'r', event: 'phase', phase: 'teach' });
      expect(await refused('logs', 'r', '--last', 'all')).to.contain('--last: must be a whole number from 1');
      expect(await refused('logs', 'x')).to.contain('there is no run x');
    });
  });

  describe('report', () => {
    it('is the briefing of a bundle, or the notice in its place', async () => {
      const bundle = await done('good');
      expect((await gurukul('report', 'good')).stdout).to.equal(
        `${path.join(bundle, 'promotion_briefing.html')}\n`,
      );
      mkdirSync(home.bundle('bad'), { recursive: true });
      writeFileSync(path.join(home.bundle('bad'), 'FAILED.md'), '# No bundle');
      const { stdout } = await gurukul('report', 'bad', '--json');
      expect(JSON.parse(stdout)).to.deep.equal({
        runId: 'bad',
        report: path.join(home.bundle('bad'), 'FAILED.md'),
      });
    });

    it('is none of a run that goes on, or that nobody knows', async () => {
      await leave('young', { phase: 'teach' });
      expect(await refused('report', 'young')).to.contain('run young has no report yet: its phase is teach');
      expect(await refused('report', 'yung')).to.contain('did you mean young?');
    });

    it('is opened only where there is a display', () => {
      expect(hasDisplay('linux', {})).to.equal(false);
      expect(hasDisplay('linux', { DISPLAY: '' })).to.equal(false);
      expect(hasDisplay('linux', { DISPLAY: ':0' })).to.equal(true);
      expect(hasDisplay('linux', { WAYLAND_DISPLAY: 'wayland-0' })).to.equal(true);
      expect(hasDisplay('darwin', {})).to.equal(true);
    });
  });

  describe('rm', () => {
    it('shows what it would remove, and removes only with --yes', async () => {
      await leave('old', { phase: 'failed' });
      await writeFileAtomic(home.unitHolder('ab'.repeat(32), 'old'), '{}');
      await writeFileAtomic(home.unitHolder('ab'.repeat(32), 'other'), '{}');
      expect(await refused('rm', 'old')).to.match(
        /nothing is removed without --yes \(it would free [\d.]+ k?B\)/,
      );
      expect(existsSync(home.status('old'))).to.equal(true);

      const { status, stdout } = await gurukul('rm', 'old', '--yes', '--json');
      expect(status).to.equal(0);
      const freed = z.looseObject({ freed: z.number().positive(), removed: z.array(z.unknown()) });
      expect(freed.parse(JSON.parse(stdout)).removed).to.have.length(2);
      for (const gone of [home.runDir('old'), home.telemetry('old'), home.unitHolder('ab'.repeat(32), 'old')])
        expect(existsSync(gone), gone).to.equal(false);
      expect(existsSync(home.unitHolder('ab'.repeat(32), 'other')), 'of another run').to.equal(true);
      expect(await refused('rm', 'old', '--yes')).to.contain('there is no run old');
    });

    it('keeps the bundle, unless it is to go too', async () => {
      const bundle = await done('r');
      const { stdout } = await gurukul('rm', 'r', '--yes');
      expect(stdout).to.contain(`kept  ${bundle}`).and.to.contain('--bundle removes it too');
      expect([existsSync(home.runDir('r')), existsSync(bundle)]).to.deep.equal([false, true]);

      const other = await done('other');
      expect((await gurukul('rm', 'other', '--yes', '--bundle')).status).to.equal(0);
      expect(existsSync(other)).to.equal(false);
    });

    it('refuses what a champion needs or was, and keeps a bundle that was decided about', async () => {
      await done('first', 7);
      await decide('first', 'approved');
      expect(await refused('rm', 'first', '--yes')).to.contain('run first is the champion');
      await done('second', 8);
      await decide('second', 'approved');
      expect(await refused('rm', 'first', '--yes')).to.contain('run first was approved (decision 1)');

      const bundle = await done('third', 9);
      await decide('third', 'rejected');
      expect(await refused('rm', 'third', '--yes', '--bundle')).to.contain('was rejected (decision 3)');
      expect((await gurukul('rm', 'third', '--yes')).stdout).to.contain('decision 3 refers to it');
      expect([existsSync(home.runDir('third')), existsSync(bundle)]).to.deep.equal([false, true]);
    });
  });
});
