import { appendFile, cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import type { ChampionChange, DecisionRequest } from '../../../activities/promote/activities.js';
import { trialScope } from '../../../activities/model/trials.js';
import { createPromoteActivities } from '../../../activities/promote/index.js';
import type { Transition } from '../../../activities/promote/transition.js';
import { planTransition } from '../../../activities/promote/transition.js';
import { championOf } from '../../../data/decisions/champion-state.js';
import { currentChampion, shadowOf } from '../../../data/decisions/current-champion.js';
import { appendDecision, readDecisions } from '../../../data/decisions/decisions.js';
import { InvalidInputError } from '../../../data/errors.js';
import { runRecordSchema } from '../../../data/schemas/bundle.js';
import type { Decision } from '../../../data/schemas/decision.js';
import { championSchema } from '../../../data/schemas/decision.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import { runStatusSchema } from '../../../data/schemas/run-status.js';
import { signingKey } from '../../../data/signing/signing.js';
import { sha256 } from '../../../data/store/digests.js';
import { readJson, writeJson } from '../../../data/store/files.js';
import type { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { enterTrials } from '../../../data/telemetry/trial-ledger.js';
import type { AskedWorkflows } from '../../support/asked-workflows.js';
import { askedWorkflows } from '../../support/asked-workflows.js';
import { rejection } from '../../support/rejection.js';
import { runStatus } from '../../support/run-status.js';
import { audit, finishedRun, freshHome, sealedRun } from '../audit/finished-run.js';
import { inActivity } from '../validate/in-activity.js';

const AT = '2025-01-02T03:04:05.000Z';
const RUNS = ['run_a', 'run_b', 'run_c'] as const;

/** What a policy of a home may say otherwise. */
interface Own {
  readonly allowAuthorToApprove?: boolean;
  readonly triggers?: object;
}

describe('releases', function () {
  this.timeout(600_000);
  /** A home with three examined runs, which every test copies. */
  let examined: Home;
  let home: Home;
  let workflows: AskedWorkflows;
  before(async () => {
    examined = await freshHome();
    for (const [i, runId] of RUNS.entries()) {
      const overrides = { seed: 7 + i, ...(runId === 'run_c' ? {} : { author: 'Ravi  Kumar' }) };
      const made = await sealedRun(examined, { runId, dates: 30, signal: i / 10, overrides });
      const { bundle, digest: bundleDigest } = made;
      await writeJson(examined.status(runId), runStatus(runId, { phase: 'done', bundle, bundleDigest }));
    }
  });
  beforeEach(async () => {
    home = await freshHome();
    await cp(examined.root, home.root, { recursive: true });
    workflows = askedWorkflows();
  });
  afterEach(async () => rm(home.root, { recursive: true }));
  after(async () => rm(examined.root, { recursive: true }));

  const promote = () => createPromoteActivities({ home, packageRoot, workflows });
  const asked = (runId: string, change: Partial<DecisionRequest> = {}): DecisionRequest => ({
    ...{ runId, verdict: 'approved', by: 'Asha', reason: 'skill above its placebo', at: AT },
    ...{ id: `request ${runId}`, override: true, ...change },
  });
  const decide = async (runId: string, change: Partial<DecisionRequest> = {}): Promise<Decision> =>
    inActivity(async () => promote().decideRun(asked(runId, change)));
  const refused = async (runId: string, change: Partial<DecisionRequest> = {}): Promise<string> =>
    (await rejection(decide(runId, change), InvalidInputError)).message;
  const shown = async (runId: string, change: Partial<DecisionRequest> = {}): Promise<Transition> =>
    planTransition({ home, packageRoot }, asked(runId, change));
  const change = async (what: Partial<ChampionChange> & { change: 'rollback' | 'retire'; to?: string }) =>
    inActivity(async () =>
      promote().changeChampion({ by: 'Asha', reason: 'it drifts', at: AT, id: 'change', ...what }),
    );
  const look = async (champion: number, days: number) =>
    inActivity(async () =>
      promote().reviewChampion({
        ...{ champion, id: `look ${days}` },
        at: new Date(Date.parse(AT) + days * 86_400_000).toISOString(),
      }),
    );
  const policy = async (release: Own): Promise<void> =>
    writeJson(home.policy(), { release: { version: 1, ...release } });
  const champion = async () => championOf(await readDecisions(home))?.run;

  it('keep the author and the head of the log in run.json, outside the digest', async () => {
    const record = await readJson(path.join(home.bundle('run_a'), 'run.json'), runRecordSchema);
    expect(record).to.deep.include({ author: 'Ravi  Kumar', decisions: { number: 0, digest: null } });
    expect(record?.input).to.not.have.property('author');
    await decide('run_a');
    const overrides = { author: 'Mira' };
    await audit(home, await finishedRun(home, { runId: 'run_d', dates: 30, overrides }));
    const next = await readJson(path.join(home.bundle('run_d'), 'run.json'), runRecordSchema);
    expect(next?.decisions).to.deep.equal({ number: 1, digest: sha256(await readFile(home.decision(1))) });
  });

  it('are refused to the author, with the remedy, unless the policy allows it', async () => {
    const message = await refused('run_a', { by: ' ravi kumar' });
    expect(message).to.match(/the author of a run may not approve it: somebody else has to/);
    expect(message).to.contain(`${home.policy()}: {"release": {"version": 1, "allowAuthorToApprove": true}}`);
    expect(await readDecisions(home)).to.deep.equal([]);
    // An author may withdraw the run.
    expect((await decide('run_b', { by: 'Ravi Kumar', verdict: 'rejected' })).verdict).to.equal('rejected');
    await policy({ allowAuthorToApprove: true });
    expect(await decide('run_a', { by: 'Ravi Kumar' })).to.include({ author: 'Ravi  Kumar' });
  });

  it('name everything that forbids an approval at once', async () => {
    const { problems } = await rejection(
      decide('run_a', { by: 'Ravi Kumar', override: false }),
      InvalidInputError,
    );
    expect(problems).to.have.length(2);
    expect(problems[1]).to.match(
      /the briefing of run run_a says do not promote: \d+ of \d+ rules are not met/,
    );
  });

  it('keep an override with the champion for good', async () => {
    const decision = await decide('run_a');
    const override = { reason: 'skill above its placebo', against: ['recommendation'] };
    expect(decision).to.deep.include({ version: 3, override, shadow: false, replaces: null });
    await decide('run_c');
    await change({ change: 'rollback' });
    expect(await currentChampion(home)).to.deep.include({ run: 'run_a', restored: true, override });
  });

  it('record what was compared: the champion hashed again, and all trials of the home', async () => {
    await decide('run_a');
    const { comparison, replaces } = await decide('run_c');
    expect(replaces).to.equal(1);
    const status = await readJson(home.status('run_a'), runStatusSchema);
    expect(comparison?.champion).to.deep.include({
      ...{ run: 'run_a', decision: 1, bundleDigest: status?.bundleDigest, bundle: 'verified' },
    });
    expect(comparison?.candidate).to.have.property('logLoss').that.is.a('number');
    expect(comparison?.trials).to.have.property('home').that.is.at.least(12);
    expect(comparison?.sameRows?.rows).to.be.above(100);
    expect(comparison?.sameRows?.logLoss.difference).to.be.a('number');
    expect(comparison?.sameRows?.dieboldMariano).to.include({ dates: comparison?.sameRows?.dates, lags: 4 });
    expect(comparison?.sameRows?.dieboldMariano?.pValue).to.be.a('number');
    expect(comparison?.trials?.studentActiveSharpe).to.include({ trials: comparison?.trials?.home });
    expect((await currentChampion(home))?.comparison).to.deep.equal(comparison);
  });

  it('deflate the Sharpe ratio of the student by what the home has tried since the bundle was made', async () => {
    const before = (await shown('run_a')).comparison.trials;
    const { input } = (await readJson(path.join(home.bundle('run_a'), 'run.json'), runRecordSchema)) ?? {};
    const scope = trialScope(runInputSchema.parse(input), sha256('all bars'));
    const tried = Array.from({ length: 400 }, (_, seed) => ({ seed }));
    await enterTrials(home, 'elsewhere', scope, tried);
    const { comparison } = await decide('run_a');
    expect(comparison?.trials).to.deep.include({ home: 400 });
    expect(comparison?.trials?.studentActiveSharpe?.deflated).to.be.below(
      before?.studentActiveSharpe?.deflated ?? 0,
    );
  });

  it('replace a champion whose bundle was changed or is gone, and say so', async () => {
    await decide('run_a');
    await appendFile(path.join(home.bundle('run_a'), 'summary.md'), 'x');
    expect((await shown('run_c')).comparison.champion).to.include({ bundle: 'changed', bundleDigest: null });
    await rm(home.bundle('run_a'), { recursive: true });
    expect((await decide('run_c')).comparison?.champion).to.include({ bundle: 'missing' });
  });

  it('are recorded once of two approvals at once, and the other is told who won', async () => {
    await decide('run_c');
    const ends = await Promise.allSettled([decide('run_a'), decide('run_b', { by: 'Mira' })]);
    const lost = ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
    expect(lost).to.have.length(1);
    const winner = await champion();
    const loser = winner === 'run_a' ? 'run_b' : 'run_a';
    const by = winner === 'run_a' ? 'Asha' : 'Mira';
    expect(lost[0]).to.contain(
      `${by} made run ${winner} (decision 2) the champion while run ${loser} was being approved: nothing was recorded for it`,
    );
    expect(await readDecisions(home)).to.have.length(2);
    expect((await readJson(home.champion(), championSchema))?.run).to.equal(winner);
  });

  describe('after a dry run', () => {
    it('are made with its token, or the champion expected', async () => {
      const { token, champion: none } = await shown('run_a');
      expect(token).to.match(/^[0-9a-f]{16}$/);
      expect(none).to.equal(undefined);
      expect(await readDecisions(home)).to.deep.equal([]);
      expect((await decide('run_a', { expect: token })).number).to.equal(1);
      expect((await decide('run_c', { expect: 'run_a' })).number).to.equal(2);
    });

    it('are refused when anything differs from what was shown', async () => {
      const { token } = await shown('run_a');
      const again =
        /something differs from what was shown \([0-9a-f]{16}\): .* Look again with: gurukul approve run_a --dry-run/;
      await policy({ triggers: { demote: true } });
      expect(await refused('run_a', { expect: token })).to.match(again);
      await rm(home.policy());
      expect(await refused('run_a', { expect: token, shadow: true })).to.match(again);
      await decide('run_c');
      expect(await refused('run_a', { expect: token })).to.contain(
        'the champion is run run_c (decision 1) now',
      );
      expect(await refused('run_a', { expect: 'none' })).to.contain('something differs');
      expect(await champion()).to.equal('run_c');
    });
  });

  it('stage a shadow beside the champion, which is approved or rejected later', async () => {
    await decide('run_a');
    const staged = await decide('run_c', { shadow: true });
    expect(staged).to.deep.include({ verdict: 'approved', shadow: true, triggers: null });
    expect(await champion()).to.equal('run_a');
    expect(await shadowOf(home)).to.include({ run: 'run_c', decision: 2, by: 'Asha' });
    expect((await decide('run_c', { shadow: true })).number, 'repeated').to.equal(2);
    expect(await refused('run_c', { shadow: true, by: 'Mira', id: '2' })).to.contain('was already approved');
    expect((await decide('run_c', { id: '3', reason: 'twenty good sessions' })).number).to.equal(3);
    expect(await champion()).to.equal('run_c');
    expect(await shadowOf(home)).to.equal(undefined);
    await decide('run_b', { shadow: true });
    await decide('run_b', { verdict: 'rejected', id: '4' });
    expect(await shadowOf(home)).to.equal(undefined);
    expect(await champion()).to.equal('run_c');
  });

  describe('that nobody decides', () => {
    const expire = async (runId: string, bundleDigest?: string) => {
      const status = await readJson(home.status(runId), runStatusSchema);
      return inActivity(async () =>
        promote().expireDecision({
          ...{ runId, bundleDigest: bundleDigest ?? status?.bundleDigest ?? '', days: 30, at: AT, id: 'e' },
        }),
      );
    };

    it('expire, and are approved afterwards with an override alone', async () => {
      const decision = await expire('run_a');
      expect(decision).to.include({ verdict: 'expired', reason: 'nobody decided within 30 days' });
      expect(await expire('run_a'), 'repeated').to.deep.equal(decision);
      expect((await readJson(home.status('run_a'), runStatusSchema))?.decision).to.equal('expired');
      expect(await refused('run_a', { override: false })).to.match(/time for a decision on run run_a ended/);
      expect((await decide('run_a')).override?.against).to.deep.equal(['recommendation', 'expiry']);
    });

    it('leave nothing where there is nothing to decide about, or somebody decided', async () => {
      expect(await expire('run_a', 'f'.repeat(64))).to.equal(null);
      expect(await expire('gone')).to.equal(null);
      await decide('run_a', { verdict: 'rejected' });
      expect((await expire('run_a'))?.verdict).to.equal('rejected');
      expect(await readDecisions(home)).to.have.length(1);
    });

    it('wait, as the policy says, unless they were decided', async () => {
      const status = await readJson(home.status('run_a'), runStatusSchema);
      const open = { runId: 'run_a', bundleDigest: status?.bundleDigest ?? '' };
      expect(await promote().openPromotion(open)).to.deep.equal({ opened: true });
      expect(workflows.asked).to.deep.equal(['open run_a 30 7']);
      await decide('run_a', { verdict: 'rejected' });
      expect(await promote().openPromotion(open)).to.deep.equal({ opened: false });
    });
  });

  describe('of earlier champions', () => {
    it('are new entries; nothing is deleted, and the watch follows', async () => {
      await decide('run_a');
      await decide('run_c');
      const restored = await change({ change: 'rollback' });
      expect(restored).to.deep.include({
        number: 3,
        run: 'run_a',
        verdict: 'restored',
        restores: 1,
        replaces: 2,
      });
      expect(await change({ change: 'rollback' }), 'delivered twice').to.deep.equal(restored);
      expect(await champion()).to.equal('run_a');
      expect((await readJson(home.champion(), championSchema))?.decision).to.equal(3);
      expect(workflows.asked).to.include.members([
        'watch 1 run_a',
        'watch 2 run_c',
        'watch 3 run_a',
        'end 2',
      ]);
      await change({ change: 'retire', id: 'r' });
      expect(await champion()).to.equal(undefined);
      expect(await readJson(home.champion(), championSchema)).to.include({ run: null, decision: 4 });
      const back = await change({ change: 'rollback', to: 'run_c', id: 'b' });
      expect(back).to.include({ number: 5, run: 'run_c', restores: 2 });
      expect((await readDecisions(home)).map(({ verdict }) => verdict)).to.deep.equal([
        ...['approved', 'approved', 'restored', 'retired', 'restored'],
      ]);
    });

    it('are refused for a bundle that was changed, and without one', async () => {
      const why = async (what: Parameters<typeof change>[0]): Promise<string> =>
        (await rejection(change(what), InvalidInputError)).message;
      expect(await why({ change: 'retire' })).to.equal('there is no champion to retire');
      expect(await why({ change: 'rollback' })).to.equal('there is no earlier champion to restore');
      await decide('run_a');
      await decide('run_c');
      await writeFile(path.join(home.bundle('run_a'), 'summary.md'), 'x');
      expect(await why({ change: 'rollback' })).to.match(
        /the bundle of run run_a does not verify: summary\.md.*, so it cannot be champion again/,
      );
      await rm(home.bundle('run_a'), { recursive: true });
      await cp(home.bundle('run_b'), home.bundle('run_a'), { recursive: true });
      expect(await why({ change: 'rollback' })).to.contain('is not the one that was approved');
      expect(await champion()).to.equal('run_c');
    });
  });

  describe('in use', () => {
    const outcomes = async (psi: number): Promise<void> =>
      writeJson(home.scoreOutcomes(), {
        ...{ champion: 1, sessions: 30, psi: { max: psi, feature: 'rsi' }, ece: 0.01 },
        neutralIc: { mean: -0.02, low: -0.03, high: -0.01 },
      });

    it('are under review once they are too old, and can be approved once more', async () => {
      await decide('run_a');
      expect(await look(1, 180)).to.deep.equal({ champion: true, review: [] });
      const review = ['champion for 181 days, more than 180'];
      expect(await look(1, 181)).to.deep.equal({ champion: true, review });
      expect(await look(1, 182), 'it stays open').to.deep.equal({ champion: true, review });
      expect(workflows.asked.filter((one) => one === 'open run_a 30 7')).to.have.length(2);
      expect(await champion()).to.equal('run_a');
      expect(await refused('run_a', { verdict: 'rejected', id: '2' })).to.contain('under review');
      expect((await decide('run_a', { id: '3', at: '2025-07-10T00:00:00.000Z' })).number).to.equal(2);
      expect((await decide('run_a', { id: '3' })).number, 'delivered twice').to.equal(2);
      expect(await look(1, 200), 'its watch ends').to.deep.equal({ champion: false, review: [] });
      expect(await look(2, 200)).to.deep.equal({ champion: true, review: [] });
    });

    it('are under review when they drift, or rank the wrong way', async () => {
      await decide('run_a');
      await outcomes(0.3);
      expect((await look(1, 1)).review).to.deep.equal([
        'population stability index 0.300 of rsi, above 0.25',
        'its confidence interval lies below zero: -0.0300 to -0.0100',
      ]);
    });

    it('are looked at by age even where what came of their scores is damaged, or of another', async () => {
      await decide('run_a');
      await decide('run_c');
      await outcomes(0.9);
      expect((await look(2, 1)).review, 'about an earlier champion').to.deep.equal([]);
      await writeFile(home.scoreOutcomes(), '{');
      expect(await look(2, 1))
        .to.have.property('note')
        .that.matches(/outcomes\.json is damaged/);
      expect((await look(2, 181)).review).to.have.length(1);
    });

    it('are demoted only if the policy of their promotion says so', async () => {
      await policy({ triggers: { demote: true } });
      await decide('run_a');
      await rm(home.policy());
      await outcomes(0.3);
      expect((await look(1, 1)).champion).to.equal(false);
      const [, demoted] = await readDecisions(home);
      expect(demoted).to.include({ run: 'run_a', verdict: 'demoted', by: 'release policy', replaces: 1 });
      expect(await champion()).to.equal(undefined);
      expect(workflows.asked).to.include('end 1');
      expect(await look(1, 2), 'repeated').to.deep.equal({ champion: false, review: [] });
      expect(await readDecisions(home)).to.have.length(2);
    });
  });

  it('go on from a log of an earlier version', async () => {
    const draft = { run: 'old', bundle: 'release/audit_old', bundleDigest: sha256('old') } as const;
    const words = { verdict: 'approved', by: 'A', reason: 'r', at: AT, id: 'old' } as const;
    await appendDecision(home, { ...draft, ...words }, await signingKey(home.signingKey()));
    expect(await currentChampion(home)).to.include({ run: 'old', triggers: null, override: null });
    expect((await decide('run_c')).comparison?.champion).to.include({ run: 'old', bundle: 'missing' });
    expect(await champion()).to.equal('run_c');
  });
});
