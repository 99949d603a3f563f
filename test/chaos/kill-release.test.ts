import { execFile } from 'node:child_process';
import { cp, readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { expect } from 'chai';

import { championOf } from '../../data/decisions/champion-state.js';
import { readDecisions } from '../../data/decisions/decisions.js';
import { FAULTS_VARIABLE } from '../../data/fault-injection.js';
import { championSchema } from '../../data/schemas/decision.js';
import { runStatusSchema } from '../../data/schemas/run-status.js';
import { readJson, writeJson } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { audit, finishedRun, freshHome } from '../activities/audit/finished-run.js';
import { runStatus } from '../support/run-status.js';

const PROGRAM = fileURLToPath(new URL('./release-process.js', import.meta.url));

/** Every file that a release writes, in this order: the process is killed just before. */
const POINTS: Readonly<Record<string, { readonly at: string; readonly on: string }>> = {
  'the entry of the log': { at: 'store.write', on: 'champions/\\d{6}\\.json' },
  'the head of the log': { at: 'store.write', on: 'keys/decisions/\\d{6}\\.json' },
  'the pointer to the champion': { at: 'store.write', on: 'champions/champion\\.json' },
  'the status of the run': { at: 'store.write', on: 'models/run_b/status\\.json' },
  'the telemetry of the run': { at: 'store.append', on: 'telemetry/' },
};

describe('a process that is killed while it releases', function () {
  this.timeout(600_000);
  /** A home in which run_a is the champion, and run_b is examined. */
  let prepared: Home;
  let home: Home;
  before(async () => {
    prepared = await freshHome();
    for (const [i, runId] of ['run_a', 'run_b'].entries()) {
      const made = await audit(
        prepared,
        await finishedRun(prepared, { runId, dates: 30, overrides: { seed: 7 + i } }),
      );
      const { bundle, digest: bundleDigest } = made;
      await writeJson(prepared.status(runId), runStatus(runId, { phase: 'done', bundle, bundleDigest }));
    }
    expect(await release(prepared, 'approve', 'run_a')).to.equal('done');
  });
  beforeEach(async () => {
    home = await freshHome();
    await cp(prepared.root, home.root, { recursive: true });
  });
  afterEach(async () => rm(home.root, { recursive: true }));
  after(async () => rm(prepared.root, { recursive: true }));

  /** Releases in a process of its own. @returns How it ended. */
  async function release(
    where: Home,
    what: 'approve' | 'rollback',
    runId: string,
    faults: readonly object[] = [],
  ): Promise<string> {
    return new Promise((resolve) => {
      const env = { ...process.env, [FAULTS_VARIABLE]: JSON.stringify(faults) };
      execFile(process.execPath, [PROGRAM, where.root, what, runId], { env }, (error, _stdout, stderr) => {
        resolve(error === null ? 'done' : (error.signal ?? `failed: ${stderr}`));
      });
    });
  }
  const names = async (): Promise<string[]> =>
    (await readDecisions(home)).map(({ run, verdict }) => `${run} ${verdict}`);
  const pointer = async () => readJson(home.champion(), championSchema);

  for (const [what, point] of Object.entries(POINTS))
    it(`before ${what} leaves a verified log, and is one decision when it is repeated`, async () => {
      const kill = [{ ...point, do: 'kill' }];
      expect(await release(home, 'approve', 'run_b', kill)).to.equal('SIGKILL');
      const left = await readDecisions(home);
      const first = left.length === 1 ? 'run_a' : 'run_b';
      expect(championOf(left)?.run, 'the champion is the old or the new one').to.equal(first);
      expect(await release(home, 'approve', 'run_b')).to.equal('done');
      expect(await names()).to.deep.equal(['run_a approved', 'run_b approved']);
      expect(await pointer()).to.include({ run: 'run_b', decision: 2 });
      expect((await readJson(home.status('run_b'), runStatusSchema))?.decision).to.equal('approved');
      expect(await readFile(home.telemetry('run_b'), 'utf8')).to.contain('"verdict":"approved"');
    });

  for (const what of ['the entry of the log', 'the head of the log', 'the pointer to the champion'] as const)
    it(`in a roll-back, before ${what}, restores the champion once when it is repeated`, async () => {
      expect(await release(home, 'approve', 'run_b')).to.equal('done');
      const kill = [{ ...POINTS[what], do: 'kill' }];
      expect(await release(home, 'rollback', 'run_b', kill)).to.equal('SIGKILL');
      await readDecisions(home);
      expect(await release(home, 'rollback', 'run_b')).to.equal('done');
      expect(await names()).to.deep.equal(['run_a approved', 'run_b approved', 'run_a restored']);
      expect(await pointer()).to.include({ run: 'run_a', decision: 3 });
    });
});
