import { appendFile, cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import { signatureHolds } from '../../../data/signing/signing.js';
import { BUNDLE } from '../../../activities/audit/bundle-layout.js';
import { verifyBundle } from '../../../activities/audit/verify.js';
import type { DecisionRequest } from '../../../activities/promote/activities.js';
import { createPromoteActivities } from '../../../activities/promote/index.js';
import { InvalidInputError } from '../../../data/errors.js';
import type { Decision } from '../../../data/schemas/decision.js';
import { championSchema, decisionFileSchema } from '../../../data/schemas/decision.js';
import type { RunStatus } from '../../../data/schemas/run-status.js';
import { runStatusSchema } from '../../../data/schemas/run-status.js';
import { sha256 } from '../../../data/store/digests.js';
import { championOf, decisionOn } from '../../../data/decisions/champion-state.js';
import { readDecisions } from '../../../data/decisions/decisions.js';
import { readJson, writeJson } from '../../../data/store/files.js';
import type { Home } from '../../../data/store/home.js';
import { freshHome, sealedRun } from '../audit/finished-run.js';
import { forge, fromAnotherProgram, signAgain as forgeSignature } from '../audit/forge.js';
import { inActivity } from '../validate/in-activity.js';
import { runStatus } from '../../support/run-status.js';
import { askedWorkflows } from '../../support/asked-workflows.js';
import { packageRoot } from '../../../data/store/package-root.js';

const request = (runId: string, change: Partial<DecisionRequest> = {}): DecisionRequest => ({
  runId,
  verdict: 'approved',
  by: 'Asha',
  reason: 'skill above its placebo',
  at: '2025-01-02T03:04:05.000Z',
  id: 'first request',
  override: true,
  ...change,
});

describe('decisions about bundles', () => {
  let home: Home;
  let digest: string;
  beforeEach(async () => {
    home = await freshHome();
    digest = await examined('run_a');
  });
  afterEach(async () => {
    await rm(home.root, { recursive: true });
  });

  /** A finished run with its bundle. */
  async function examined(runId: string, seed = 7): Promise<string> {
    const made = await sealedRun(home, { runId, dates: 30, overrides: { seed } });
    await setStatus(runId, { phase: 'done', bundle: made.bundle, bundleDigest: made.digest });
    return made.digest;
  }
  async function setStatus(runId: string, change: Partial<RunStatus>): Promise<void> {
    const status = runStatus(runId, {
      phase: 'teach',
      windows: { planned: 1, succeeded: 1, skipped: 0, failed: 0 },
      students: 1,
    });
    await writeJson(home.status(runId), { ...status, ...change });
  }
  const decide = async (what: DecisionRequest): Promise<Decision> =>
    inActivity(async () =>
      createPromoteActivities({ home, packageRoot, workflows: askedWorkflows() }).decideRun(what),
    );
  const refused = async (what: DecisionRequest): Promise<string> => {
    const error: unknown = await decide(what).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(InvalidInputError);
    return error instanceof InvalidInputError ? error.message : '';
  };

  it('makes an approved bundle the champion, signed by the home over its digest', async () => {
    const decision = await decide(request('run_a'));
    expect(decision).to.include({ number: 1, run: 'run_a', bundleDigest: digest, previous: null });
    expect(await readJson(home.champion(), championSchema)).to.deep.equal({
      run: 'run_a',
      bundle: 'release/audit_run_a',
      bundleDigest: digest,
      decision: 1,
    });
    expect((await readJson(home.status('run_a'), runStatusSchema))?.decision).to.equal('approved');
    const file = await readJson(home.decision(1), decisionFileSchema);
    expect(file !== undefined && signatureHolds(file.envelope, file.publicKey)).to.equal(true);
    const statement: unknown = JSON.parse(Buffer.from(file?.envelope.payload ?? '', 'base64').toString());
    expect(statement).to.deep.include({
      subject: [{ name: 'bundle', digest: { sha256: digest } }],
      predicate: decision,
    });
  });

  it('decides a bundle once, however often the request is repeated', async () => {
    const first = await decide(request('run_a'));
    expect(await decide(request('run_a'))).to.deep.equal(first);
    // From another execution, an hour later.
    const later = { id: 'another', at: '2025-01-02T11:00:00.000Z' };
    expect(await decide(request('run_a', later))).to.deep.equal(first);
    expect(await refused(request('run_a', { id: 'another', verdict: 'rejected' }))).to.match(
      /run_a was already approved by Asha on 2025-01-02 \(skill above its placebo\)/,
    );
    expect(await readdir(home.champions())).to.have.members(['000001.json', 'champion.json']);
  });

  it('records one of several decisions at once, and refuses the others', async () => {
    const asked = ['approved', 'rejected', 'approved', 'rejected'] as const;
    const ends = await Promise.allSettled(
      asked.map(async (verdict, i) => decide(request('run_a', { verdict, by: `person ${i}`, id: `${i}` }))),
    );
    const [only, ...others] = await readDecisions(home);
    expect(others).to.deep.equal([]);
    const made = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
    expect(made).to.deep.equal([only]);
    for (const end of ends)
      if (end.status === 'rejected')
        expect(String(end.reason)).to.contain(`run_a was already ${only?.verdict} by ${only?.by}`);
  });

  it('keeps the champion after a rejection, and the history when a new champion replaces it', async () => {
    await decide(request('run_a'));
    const second = await examined('run_b', 8);
    const third = await examined('run_c', 9);
    await decide(request('run_b', { id: '2', verdict: 'rejected' }));
    expect((await readJson(home.champion(), championSchema))?.run).to.equal('run_a');
    await decide(request('run_c', { id: '3' }));
    const decisions = await readDecisions(home);
    expect(decisions.map(({ run, verdict }) => `${run} ${verdict}`)).to.deep.equal([
      'run_a approved',
      'run_b rejected',
      'run_c approved',
    ]);
    expect(championOf(decisions)).to.include({ run: 'run_c', bundleDigest: third, decision: 3 });
    expect(decisionOn(decisions, 'run_b', second)?.verdict).to.equal('rejected');
    expect(decisionOn(decisions, 'run_b', third)).to.equal(undefined);
  });

  it('can be made again for another bundle of the same run', async () => {
    await decide(request('run_a', { verdict: 'rejected' }));
    const again = await examined('run_a', 8);
    expect(await decide(request('run_a', { id: '2' }))).to.include({ number: 2, bundleDigest: again });
  });

  it('is rejected without a verified bundle', async () => {
    expect(await refused(request('nobody'))).to.equal('there is no run nobody');
    await setStatus('run_u', {});
    expect(await refused(request('run_u'))).to.match(/run_u has no verified bundle yet \(phase teach\)/);
    // Its bundle exists, but later steps may still fail.
    await setStatus('run_p', { phase: 'audit', bundleDigest: digest });
    expect(await refused(request('run_p'))).to.match(/no verified bundle yet \(phase audit\)/);
    await setStatus('run_f', { phase: 'failed' });
    expect(await refused(request('run_f'))).to.match(/no verified bundle yet \(phase failed\)/);
    expect(await readDecisions(home)).to.deep.equal([]);
  });

  it('is rejected for a bundle that could only partly be checked', async () => {
    const summary = { [BUNDLE.summary]: Buffer.from('promote') };
    await forge(home.bundle('run_a'), home.signingKey(), summary, fromAnotherProgram);
    expect(await refused(request('run_a'))).to.match(
      /^the bundle of run run_a cannot be checked whole: another version .* cannot check summary\.md.*gurukul resume run_a/,
    );
    expect(await readDecisions(home)).to.deep.equal([]);
  });

  it('is rejected for a bundle that was changed after it was sealed', async () => {
    await appendFile(path.join(home.bundle('run_a'), 'summary.md'), 'and it will go up\n');
    expect(await refused(request('run_a'))).to.match(/bundle of run run_a does not verify: .*summary\.md/);
    expect(await readDecisions(home)).to.deep.equal([]);
  });

  it('is rejected for a valid bundle other than the sealed one', async () => {
    await setStatus('run_a', { phase: 'done', bundleDigest: 'f'.repeat(64) });
    expect(await refused(request('run_a'))).to.match(
      /bundle of run run_a is not the one that the run sealed/,
    );
    expect(await readDecisions(home)).to.deep.equal([]);
  });

  it('is rejected for a bundle that was signed again with a foreign key', async () => {
    await signAgain((record) => record);
    expect(await refused(request('run_a'))).to.match(
      /bundle of run run_a does not verify: .*public-key\.pem: expected this home's key [0-9a-f]{64}, found key [0-9a-f]{64}$/,
    );
    // What run.json says is not in the bundle's digest: only the signature holds it.
    await signAgain((record) => record.replace('"host": "', '"host": "elsewhere-'));
    expect(await refused(request('run_a', { verdict: 'rejected' }))).to.match(/expected this home's key/);
    expect(await readDecisions(home)).to.deep.equal([]);
  });

  it('is rejected for a bundle whose run.json was changed', async () => {
    const file = path.join(home.bundle('run_a'), BUNDLE.run);
    await writeFile(file, (await readFile(file, 'utf8')).replace('"host": "', '"host": "elsewhere-'));
    expect(await refused(request('run_a'))).to.match(/does not verify: run\.json/);
    expect(await readDecisions(home)).to.deep.equal([]);
  });

  it('is rejected for the bundle of another run, and for the status of another run', async () => {
    const other = await examined('run_b', 8);
    await rm(home.bundle('run_a'), { recursive: true });
    await cp(home.bundle('run_b'), home.bundle('run_a'), { recursive: true });
    await setStatus('run_a', { phase: 'done', bundleDigest: other });
    expect(await refused(request('run_a'))).to.match(/run run_a is the bundle of another run, run_b/);
    await cp(home.status('run_b'), home.status('run_a'));
    expect(await refused(request('run_a'))).to.match(/is the status of run run_b/);
    expect(await readDecisions(home)).to.deep.equal([]);
  });

  it('is rejected while the home has no key', async () => {
    await rm(home.signingKey());
    expect(await refused(request('run_a'))).to.match(/cannot be attributed: this home's key .* is missing/);
  });

  it('detects a changed history', async () => {
    await decide(request('run_a'));
    await examined('run_b', 8);
    await decide(request('run_b', { id: '2' }));
    const text = await readFile(home.decision(1), 'utf8');
    await writeFile(home.decision(1), text.replaceAll('Asha', 'Ashe'));
    expect(await refused(request('run_b', { id: '3' }))).to.match(
      /the log of decisions is broken: .*000001\.json was changed after it was signed/,
    );
  });

  /** Makes a bundle of which everything holds, with a signature of somebody's own. */
  async function signAgain(change: (record: string) => string): Promise<void> {
    const file = (name: string): string => path.join(home.bundle('run_a'), name);
    const before = await readFile(file(BUNDLE.run), 'utf8');
    const record = change(before);
    const statement = (await readFile(file(BUNDLE.statement), 'utf8')).replace(
      sha256(before),
      sha256(record),
    );
    await writeFile(file(BUNDLE.run), record);
    await forgeSignature(home.bundle('run_a'), path.join(home.root, 'mallory.pem'), Buffer.from(statement));
    expect(await verifyBundle(home.bundle('run_a'))).to.include({ ok: true });
  }
});
