import { rm, writeFile } from 'node:fs/promises';

import { expect } from 'chai';
import { z } from 'zod';

import { createPromoteActivities } from '../../../activities/promote/index.js';
import { writeJson } from '../../../data/store/files.js';
import type { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { asFailure } from '../../../workers/activity-failures.js';
import { freshHome, sealedRun } from '../../activities/audit/finished-run.js';
import { askedWorkflows } from '../../support/asked-workflows.js';
import { runStatus } from '../../support/run-status.js';
import { simulatedActivities } from '../../support/simulated-activities.js';
import type { TemporalRig } from '../../support/temporal-rig.js';
import { startTemporalRig } from '../../support/temporal-rig.js';
import { gurukulAsked } from '../support/gurukul-asked.js';

describe('the champion, from the command line', function () {
  this.timeout(600_000);
  let rig: TemporalRig;
  let home: Home;
  before(async () => {
    rig = await startTemporalRig();
    home = await freshHome();
    for (const [i, runId] of ['first', 'second', 'third'].entries()) {
      const overrides = { seed: 7 + i, author: 'Ravi' };
      const made = await sealedRun(home, { runId, dates: 30, signal: i / 10, overrides });
      const { bundle, digest: bundleDigest } = made;
      await writeJson(home.status(runId), runStatus(runId, { phase: 'done', bundle, bundleDigest }));
    }
  });
  after(async () => {
    await rig.replayAll();
    await rig.stop();
    await rm(home.root, { recursive: true });
  });

  const { run, done, refused } = gurukulAsked(() => ({ home, address: rig.environment.address }));
  const withWorkers = async (work: () => Promise<void>): Promise<void> => {
    const real = createPromoteActivities({ home, packageRoot, workflows: askedWorkflows() });
    const simulated = simulatedActivities({ cohorts: [] }, { statuses: [], units: [] });
    const failed = (error: unknown): never => {
      throw asFailure(error);
    };
    await rig.withWorkers(
      {
        ...simulated,
        decideRun: async (request: Parameters<typeof real.decideRun>[0]) =>
          real.decideRun(request).catch(failed),
        changeChampion: async (request: Parameters<typeof real.changeChampion>[0]) =>
          real.changeChampion(request).catch(failed),
      },
      work,
    );
  };
  const words = ['--by', 'Asha', '--reason', 'beats its placebo'];
  const approval = [...words, '--override'];

  it('is none at first, and nothing was decided', async () => {
    expect(await done('champion', 'show')).to.equal('Champion  none: approve a bundle with gurukul approve');
    expect(JSON.parse(await done('champion', 'show', '--json'))).to.deep.equal({
      champion: null,
      shadow: null,
    });
    expect(await done('champion', 'history')).to.match(/^nothing was decided yet in /);
    expect(JSON.parse(await done('champion', 'history', '--json'))).to.deep.equal([]);
  });

  it('is approved as a dry run showed, by another than the author', async () => {
    await withWorkers(async () => {
      const dry = await done('approve', 'first', '--dry-run', '--override');
      expect(dry).to.match(/^Champion {2}none, then run first\n/);
      const [, token = ''] = /^Token +([0-9a-f]{16})$/m.exec(dry) ?? [];
      expect(dry).to.contain(`approve first --by NAME --reason TEXT --override --expect ${token}`);
      const json = JSON.parse(await done('approve', 'first', '--dry-run', '--override', '--json')) as unknown;
      expect(json).to.include({ run: 'first', author: 'Ravi', recommendation: 'do not promote', token });
      expect(await refused('approve', 'first', '--dry-run')).to.contain('says do not promote');
      expect(await refused('approve', 'first', '--dry-run', '--expect', 'x', '--override')).to.match(
        /--expect: is for the approval itself/,
      );
      expect(await refused('approve', 'first', ...approval, '--expect', '0123456789abcdef')).to.contain(
        'something differs from what was shown',
      );
      expect(await refused('approve', 'first', '--by', 'ravi', '--reason', 'mine', '--override')).to.contain(
        'the author of a run may not approve it',
      );
      const { stdout, stderr } = await run('approve', 'first', ...approval, '--expect', token);
      expect(stdout).to.match(/^run first: approved by Asha\n/);
      expect(stdout).to.match(
        /^Sharpe {4}deflated for the 12 configurations tried in this home: student [\d.]+, teachers [\d.]+$/m,
      );
      expect(stderr).to.match(/^note: this was approved against the recommendation of its briefing/);
    });
  });

  it('is shown with its override, its triggers and its shadow', async () => {
    await withWorkers(async () => {
      await done('approve', 'second', ...approval, '--stage');
    });
    const shown = await done('champion', 'show');
    expect(shown).to.match(/^Champion {2}run first\n/);
    for (const line of [
      /^Author {4}Ravi$/m,
      /^Before {4}there was no champion$/m,
      /^Sharpe {4}deflated for the 12 configurations/m,
      /^Override {2}against recommendation: beats its placebo$/m,
      /^Watched {3}age above 180 days, drift above 0\.25, .*: opens a review$/m,
      /^Shadow {4}run second, staged by Asha on .*\n +no scored session yet; 20 are wanted$/m,
    ])
      expect(shown).to.match(line);
    expect(await done('status', 'first')).to.match(/^Decision {2}approved, override: beats its placebo$/m);
    expect(await done('list')).to.match(/^second +.*approved, shadow, override/m);
    await writeJson(home.scoreOutcomes(), {
      ...{ champion: 1, sessions: 5, psi: null, ece: null, neutralIc: null },
      shadow: { decision: 2, sessions: 20, psi: null, ece: null, neutralIc: null },
    });
    expect(await done('champion', 'show')).to.contain(
      '20 sessions scored; 20 are wanted: decide with gurukul approve second or gurukul reject second',
    );
  });

  it('is rolled back and retired, each as a new decision', async () => {
    await withWorkers(async () => {
      const test =
        /^ {10}Diebold-Mariano test of the log-loss by date: -?[\d.e-]+ nats lower, statistic -?[\d.]+, p [\d.]+ \(two-sided [\d.]+\)$/m;
      expect(await done('approve', 'third', '--dry-run', '--override')).to.match(test);
      expect(await done('approve', 'third', ...approval)).to.match(test);
      const shown = await done('champion', 'show');
      expect(shown).to.match(/^Before {4}run first \(decision 1\)$/m);
      expect(shown).to.match(/^Same rows \d+ on \d+ dates: /m);
      expect(shown).to.match(test);
      expect(await refused('champion', 'rollback')).to.match(/--by: say who decides\n.*--reason: say why/);
      expect(await refused('champion', 'rollback', ...words, '--to', 'second')).to.equal(
        'error: --to: second was never the champion (earlier champions: 1 (first))',
      );
      expect(await done('champion', 'rollback', ...words)).to.match(
        /^run first is the champion again, restored by Asha\n/,
      );
      expect(await done('champion', 'show')).to.match(/^Since .*restored by Asha \(decision 4\)$/m);
      const retired = JSON.parse(await done('champion', 'retire', ...words, '--json')) as unknown;
      expect(retired).to.include({ number: 5, run: 'first', verdict: 'retired' });
      expect(await refused('champion', 'retire', ...words)).to.equal('error: there is no champion to retire');
    });
    const history = z
      .array(z.looseObject({ verdict: z.string() }))
      .parse(JSON.parse(await done('champion', 'history', '--json')));
    expect(history.map(({ verdict }) => verdict)).to.deep.equal([
      ...['approved', 'approved', 'approved', 'restored', 'retired'],
    ]);
    expect(await done('champion', 'history')).to.match(/^4 +.*first +restored from 1 override \(recomm/m);
  });

  it('is not read from a log that is broken', async () => {
    await writeFile(home.decision(4), '{}');
    for (const verb of ['show', 'history']) {
      const { status, stdout, stderr } = await run('champion', verb);
      expect([status, stdout]).to.deep.equal([1, '']);
      expect(stderr).to.match(
        /^error: the log of decisions is broken: .*000004\.json is damaged: it holds no entry of the log\. Restore champions\/ and keys\/ from one backup\n$/,
      );
    }
  });
});
