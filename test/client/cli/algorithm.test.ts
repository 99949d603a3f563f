import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect } from 'chai';

import { algorithmLines, algorithmOf } from '../../../client/cli/algorithm.js';
import { appendDecision } from '../../../data/decisions/decisions.js';
import type { RunStatus } from '../../../data/schemas/run-status.js';
import { runStatusSchema } from '../../../data/schemas/run-status.js';
import { signingKey } from '../../../data/signing/signing.js';
import { writeJson } from '../../../data/store/files.js';
import type { Home } from '../../../data/store/home.js';
import { audit, finishedRun, freshHome } from '../../activities/audit/finished-run.js';
import { runStatus } from '../../support/run-status.js';
import { gurukulHere } from '../support/gurukul-here.js';

describe('the algorithm of a run', function () {
  this.timeout(600_000);
  let home: Home;
  const runs = new Map<string, RunStatus>();
  const algorithm = async (run: string): Promise<RunStatus['algorithm']> => {
    const status = runs.get(run);
    return status === undefined ? undefined : algorithmOf(home, status);
  };
  before(async () => {
    home = await freshHome();
    for (const [runId, overrides] of [
      ['champion', {}],
      ['reseeded', { seed: 8 }],
      ['other', { threshold: 0.03 }],
    ] as const) {
      const made = await audit(home, await finishedRun(home, { runId, dates: 40, overrides }));
      const { bundle, digest: bundleDigest } = made;
      const status = runStatus(runId, { phase: 'done', bundle, bundleDigest });
      runs.set(runId, status);
      await writeJson(home.status(runId), status);
    }
  });
  after(() => rmSync(home.root, { recursive: true }));

  it('is compared with nothing where there is no champion', async () => {
    const found = await algorithm('other');
    expect(found?.digest).to.match(/^[0-9a-f]{64}$/);
    expect(found).to.deep.include({ comparedWith: null, isNew: null });
    expect(found === undefined ? undefined : algorithmLines(found)).to.deep.equal([]);
    expect(await algorithmOf(home, { phase: 'audit', bundle: home.bundle('other') })).to.equal(undefined);
    expect(await algorithmOf(home, { phase: 'done', bundle: home.bundle('none') })).to.equal(undefined);
  });

  describe('beside a champion', () => {
    const status = async (run: string, ...flags: readonly string[]): Promise<string> => {
      const ended = await gurukulHere(['status', run, ...flags], { home, address: '127.0.0.1:1' });
      expect(ended.status, ended.stderr).to.equal(0);
      return ended.stdout;
    };
    before(async () => {
      const run = 'champion';
      const bundleDigest = runs.get(run)?.bundleDigest ?? '';
      const decision = {
        ...{ run, bundle: home.relative(home.bundle(run)), bundleDigest, verdict: 'approved' as const },
        ...{ by: 'a reviewer', reason: 'a test', at: '2026-01-03T00:00:00.000Z', id: 'request' },
      };
      await appendDecision(home, decision, await signingKey(home.signingKey()));
    });

    it('is new where features, label, code or settings differ, and not by another seed', async () => {
      const own = await algorithm('champion');
      expect(own).to.include({ comparedWith: 'champion', isNew: false });
      expect(await algorithm('reseeded')).to.deep.equal(own);
      const other = await algorithm('other');
      expect(other).to.include({ comparedWith: 'champion', isNew: true });
      expect(other?.digest).to.not.equal(own?.digest);
    });

    it('stands in status, as text and as JSON', async () => {
      expect(await status('other')).to.match(
        /^Recommend [^]*^Algorithm new: [0-9a-f]{16} is not that of the champion \(champion\)[^]*^Decision {2}/m,
      );
      expect(await status('reseeded')).to.match(
        /^Algorithm [0-9a-f]{16}, that of the champion \(champion\)$/m,
      );
      for (const run of runs.keys()) {
        const printed = runStatusSchema.parse(JSON.parse(await status(run, '--json')));
        expect(printed.algorithm).to.deep.equal(await algorithm(run));
      }
    });

    it('is new where the champion is of an earlier version, and unknown where its bundle is damaged or gone', async () => {
      const file = path.join(home.bundle('champion'), 'configs', 'logic.json');
      writeFileSync(file, '{"format":');
      expect(await algorithm('other')).to.include({ comparedWith: 'champion', isNew: null });
      expect(await algorithm('champion')).to.equal(undefined);
      rmSync(file);
      expect(await algorithm('reseeded')).to.include({ comparedWith: 'champion', isNew: true });
      rmSync(home.bundle('champion'), { recursive: true });
      const gone = await algorithm('reseeded');
      expect(gone).to.include({ comparedWith: 'champion', isNew: null });
      expect(gone === undefined ? [] : algorithmLines(gone)).to.deep.equal([
        `${gone?.digest.slice(0, 16)}: the bundle of the champion (champion) cannot be read`,
      ]);
    });
  });
});
