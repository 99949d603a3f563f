import { readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import { createNoticeActivities } from '../../../activities/audit/write-failure-notice.js';
import { deflateBy } from '../../../activities/figures/sharpe-test.js';
import { trialScope } from '../../../activities/model/trials.js';
import { verifyBundle } from '../../../activities/audit/verify.js';
import { briefingSchema } from '../../../data/schemas/briefing.js';
import { manifestSchema, runRecordSchema, statementSchema } from '../../../data/schemas/bundle.js';
import { headlineLines } from '../../../client/cli/headline.js';
import { metricsSchema, statTestsSchema } from '../../../data/schemas/metrics.js';
import { sha256 } from '../../../data/store/digests.js';
import type { Home } from '../../../data/store/home.js';
import { enterTrials } from '../../../data/telemetry/trial-ledger.js';
import { writeLostShards } from '../../../data/store/lost-shards.js';
import { audit, finishedRun, freshHome, sealedRun } from './finished-run.js';

async function jsonOf(...parts: readonly string[]): Promise<unknown> {
  return JSON.parse(await readFile(path.join(...parts), 'utf8'));
}

describe('the audit bundle', () => {
  let home: Home;
  beforeEach(async () => {
    home = await freshHome();
  });
  afterEach(async () => {
    await rm(home.root, { recursive: true });
  });

  it('has the files of the contract, verifies, and leaves no other files', async () => {
    const { bundle, digest, files } = await audit(
      home,
      await finishedRun(home, { runId: 'run_a', dates: 60 }),
    );
    expect(bundle).to.equal(path.join(home.root, 'release', 'audit_run_a'));
    expect(await readdir(path.dirname(bundle))).to.include('audit_run_a');
    expect(await readdir(path.join(home.root, 'release', '.staging'))).to.deep.equal([]);
    const names = (await readdir(bundle, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(bundle, path.join(entry.parentPath, entry.name)));
    expect(names).to.have.lengthOf(files);
    expect(names).to.include.members([
      'manifest.json',
      'summary.md',
      'integrity.json',
      'metrics.json',
      'promotion_briefing.md',
      'promotion_briefing.json',
      'promotion_briefing.html',
      'model_card.md',
      'stat_tests.json',
      'stress_tests.json',
      'backtest.json',
      'teachers.jsonl',
      'artifacts.json',
      'configs/run.json',
      'configs/plan.json',
      'configs/ingest.json',
      'feature_importance.json',
      'feature_drift.json',
      'predictions/predictions.parquet',
      'predictions/placebo_predictions.parquet',
      'predictions/student_predictions.parquet',
      'models/students/2022-01-01_to_2022-06-30/model.json',
      'models/students/2022-01-01_to_2022-06-30/weights.bin',
      'models/students/2022-01-01_to_2022-06-30/inputs.parquet',
      'plots/reliability.svg',
      'plots/rank_ic.svg',
      'plots/ic_decay.svg',
      'plots/equity.svg',
      'plots/roc.svg',
      'plots/probabilities.svg',
      'plots/placebo.svg',
      'provenance/statement.json',
      'provenance/signature.json',
      'run.json',
    ]);
    const report = await verifyBundle(bundle);
    expect(report).to.include({ ok: true, digest, files, runId: 'run_a', sameProgram: true });
  });

  it('says of the windows of a lost shard how they ended, without what the machine said', async () => {
    const lost = ['SYM28', 'SYM29'];
    const { bundle } = await audit(home, await finishedRun(home, { runId: 'run_a', dates: 60, lost }));
    const lines = (await readFile(path.join(bundle, 'teachers.jsonl'), 'utf8')).split('\n');
    expect(
      lines.filter((line) => /SYM2[89]/.test(line)).map((line) => JSON.parse(line) as unknown),
    ).to.deep.equal(
      lost.map((symbol) => ({
        symbol,
        window: `${symbol}_2022-01-01_to_2022-06-30`,
        status: 'failed',
        error: 'TrainerCrashed',
        message: null,
      })),
    );
    expect(await jsonOf(bundle, 'promotion_briefing.json')).to.have.deep.nested.property('windows.failedBy', {
      Diverged: 1,
      TrainerCrashed: 2,
    });
  });

  it('has the same digest for the same input with another run id, home and concurrency', async () => {
    const first = await audit(home, await finishedRun(home, { runId: 'run_a', dates: 60 }));
    const elsewhere = await freshHome();
    const second = await audit(
      elsewhere,
      await finishedRun(elsewhere, {
        runId: 'night.of-2',
        dates: 60,
        overrides: { bars: '/somewhere/else', cohortConcurrency: 9, accelerator: 'gpu' },
      }),
    );
    expect(second.digest).to.equal(first.digest);
    const covered = manifestSchema.parse(await jsonOf(first.bundle, 'manifest.json')).covered;
    for (const { path: name } of covered) {
      const content = await readFile(path.join(second.bundle, name));
      expect(content.includes('night.of-2'), name).to.equal(false);
      expect(content.includes(elsewhere.root), name).to.equal(false);
      expect(content.includes('/home/someone'), name).to.equal(false);
    }
    await rm(elsewhere.root, { recursive: true });
  });

  it('has the same digest for any number of trials in its home, and records that number in run.json', async () => {
    const request = await finishedRun(home, { runId: 'run_a', dates: 60, signal: 0.2 });
    const first = await audit(home, request);
    const alone = runRecordSchema.parse(await jsonOf(first.bundle, 'run.json')).trials;
    // The run is not in the ledger: only its own configurations count.
    expect(alone).to.include({ run: 12, home: 12 });

    const scope = trialScope(request.config, sha256('all bars'));
    const seeds = Array.from({ length: 300 }, (_, seed) => ({ seed }));
    await enterTrials(home, 'earlier', scope, seeds);
    await enterTrials(home, 'elsewhere', { ...scope, horizon: 9 }, seeds);
    const again = await audit(home, request);
    expect(again.digest).to.equal(first.digest);
    const { trials } = runRecordSchema.parse(await jsonOf(again.bundle, 'run.json'));
    expect(trials).to.include({ run: 12, home: 300 });
    expect(trials.netSharpe.deflated).to.be.lessThan(alone.netSharpe.deflated ?? 0);
    const statTests = statTestsSchema.parse(await jsonOf(again.bundle, 'stat_tests.json'));
    expect(alone.netSharpe.deflated).to.equal(statTests.netSharpe.deflated);
    for (const name of ['studentNetSharpe', 'studentActiveSharpe'] as const) {
      expect(alone[name]?.deflated, name).to.equal(statTests[name].deflated);
      expect(trials[name]).to.deep.equal(deflateBy(statTests[name], 300));
      expect(trials[name]?.deflated, name).to.be.lessThan(alone[name]?.deflated ?? 0);
    }
    expect(await verifyBundle(again.bundle)).to.include({ ok: true });
  });

  it('contains the leakage probes', async () => {
    const { bundle } = await sealedRun(home, { runId: 'run_a' });
    const { verdicts, informs } = briefingSchema.parse(await jsonOf(bundle, 'promotion_briefing.json'));
    expect(verdicts.find(({ id }) => id === 'no_leak')).to.include({ answer: 'yes' });
    // By luck the noise of this fixture ranks above chance, which one in forty does.
    expect(informs?.find(({ id }) => id === 'placebo_has_none')).to.include({ answer: 'no' });
    const summary = await readFile(path.join(bundle, 'summary.md'), 'utf8');
    expect(summary).to.match(/\| truncation \| .* \| 100 \| 0 \|/);
    expect(summary, 'names the failed window').to.match(
      /Failed in training:\n\n- SYM\d\d_\S+: Diverged \(the loss is not finite\)\n\n## /,
    );
  });

  it('has raw and neutral figures of the score at every horizon', async () => {
    const { bundle } = await sealedRun(home, { runId: 'run_a' });
    const { ranking } = metricsSchema.parse(await jsonOf(bundle, 'metrics.json'));
    const teacher = ranking.rows.find(({ name }) => name === 'teacher');
    expect(teacher?.horizons.map(({ horizon }) => horizon)).to.deep.equal([1, 5, 10, 20]);
    for (const { horizon, raw, neutral } of teacher?.horizons ?? [])
      for (const figure of [raw, neutral]) {
        expect(figure.days, `days at ${horizon}`).to.be.within(140, 160);
        expect(figure.mean, `mean at ${horizon}`).to.be.a('number');
        // 160 dates have too few blocks of 20 bars for an interval.
        expect(typeof figure.low, `interval at ${horizon}`).to.equal(horizon === 20 ? 'object' : 'number');
      }
    expect(teacher?.horizons[1]?.neutral.mean).to.be.within(0.2, 0.4);
    expect(ranking.rows.filter(({ kind }) => kind === 'factor').map(({ name }) => name)).to.include(
      'factorSum',
    );
  });

  it('shows every choice with the rows that made it, in summary and model card', async () => {
    const { bundle } = await sealedRun(home, { runId: 'run_a' });
    const summary = await readFile(path.join(bundle, 'summary.md'), 'utf8');
    const line = /^\| 2022-01-01_to_2022-06-30 \| score: ridge \|.*$/m.exec(summary)?.[0];
    expect(line).to.equal(
      '| 2022-01-01_to_2022-06-30 | score: ridge | best of 3 | ridge 10: 0.03000 | ridge 1: -0.01000 | 900 rows, 40 dates, 2021-03-01 to 2022-01-31 |',
    );
    expect(summary).to.match(/\| the default \| .* \| no rows: the past is too short/);
    const card = await readFile(path.join(bundle, 'model_card.md'), 'utf8');
    expect(card).to.include('| score: ridge | best of 3 | ridge 1 | 1 × ridge 10 | 0 |');
    expect(card).to.include('| standard errors for "clearly better" | 2 |');
  });

  it('begins with the answer, and what the students must beat', async () => {
    const { bundle } = await sealedRun(home, { runId: 'run_a' });
    const metrics = metricsSchema.parse(await jsonOf(bundle, 'metrics.json'));
    const { teacher, placebo } = metrics.forward;
    const lines = headlineLines(metrics);
    expect(lines).to.have.length(5);
    // The pooled AUC is below a half for worthless models.
    expect(lines[2]).to.match(/^AUC       teacher /);
    for (const { cohortAuc } of [teacher, placebo]) expect(lines[2]).to.include(cohortAuc?.toFixed(3));
    for (const [at, kind] of [
      [3, 'raw'],
      [4, 'neutral'],
    ] as const)
      for (const name of ['teacher', 'factorSum', 'placebo']) {
        const row = metrics.ranking.rows.find((one) => one.name === name);
        const figure = row?.horizons.find(({ horizon }) => horizon === 5)?.[kind];
        if (figure !== undefined && figure.mean !== null)
          expect(lines[at], `${name} ${kind}`).to.include(figure.mean.toFixed(3));
        else if (name === 'teacher') expect(lines[at]).to.include(`n/a: ${figure?.reason}`);
      }
    const briefing = await readFile(path.join(bundle, 'promotion_briefing.md'), 'utf8');
    const [title, , recommended, , answer] = briefing.split('\n');
    expect([title, recommended]).to.deep.equal([
      '# Promotion briefing',
      '**Recommendation: do not promote.**',
    ]);
    expect(answer).to.match(/^No: .* not enough data/);
    expect(briefing).to.match(/^What decides: .*\n\n\| headline \| students \| teachers .* factor sum/m);
  });

  it('reports feature importance and drift', async () => {
    const { bundle } = await sealedRun(home, { runId: 'run_a' });
    const briefing = briefingSchema.parse(await jsonOf(bundle, 'promotion_briefing.json'));
    expect(briefing.features).to.deep.equal([{ feature: 'volatility_20', lossRise: 0.0213, psi: 0.02 }]);
    expect(briefing.strayed).to.deep.equal(['market_return_5']);
    for (const file of ['summary.md', 'model_card.md', 'promotion_briefing.md']) {
      const text = await readFile(path.join(bundle, file), 'utf8');
      expect(text).to.contain('| `volatility_20` | 21.30 ± n/a | 0.020 | 0.020 |');
      expect(text).to.contain('Features with a mean PSI above 0.25: `market_return_5` 0.60.');
    }
    const html = await readFile(path.join(bundle, 'promotion_briefing.html'), 'utf8');
    expect(html).to.contain('<td>volatility_20</td><td>21.30');
  });

  it('has another digest for another seed or other predictions', async () => {
    const first = await audit(home, await finishedRun(home, { runId: 'a', dates: 30 }));
    const seed = await audit(
      home,
      await finishedRun(home, { runId: 'b', dates: 30, overrides: { seed: 8 } }),
    );
    const other = await audit(home, await finishedRun(home, { runId: 'c', dates: 30, signal: 0.31 }));
    expect(new Set([first.digest, seed.digest, other.digest]).size).to.equal(3);
  });

  it('replaces an older bundle of the run and files of a crashed attempt', async () => {
    const request = await finishedRun(home, { runId: 'run_a', dates: 12 });
    const first = await audit(home, request);
    await writeFile(path.join(first.bundle, 'left.txt'), 'over');
    const again = await audit(home, request);
    expect(again.digest).to.equal(first.digest);
    expect(await readdir(again.bundle)).to.not.include('left.txt');
  });

  it('recommends by the rules, and not to promote teachers without skill', async () => {
    const known = await audit(home, await finishedRun(home, { runId: 'a', signal: 0.5, dates: 250 }));
    const promising = briefingSchema.parse(await jsonOf(known.bundle, 'promotion_briefing.json'));
    expect(promising.informs?.map(({ id, answer }) => [id, answer])).to.deep.include.members([
      ['beats_base_rate', 'yes'],
      ['beats_placebo', 'yes'],
      ['teachers_rank', 'yes'],
      ['beats_factor_sum', 'yes'],
    ]);
    expect(promising.gates?.map(({ id, verdict }) => [id, verdict])).to.deep.include.members([
      ['no_leak', 'pass'],
      ['calibrated', 'pass'],
      ['complete', 'pass'],
      // One cohort, of which nothing was trained again.
      ['evidence', 'not enough data'],
      ['reproducible', 'not enough data'],
    ]);
    expect(promising.windows).to.deep.include({ planned: 30, succeeded: 27, skipped: 2, failed: 1 });
    expect(promising.windows.failedBy).to.deep.equal({ Diverged: 1 });

    const blind = await audit(home, await finishedRun(home, { runId: 'b', signal: 0 }));
    const refused = briefingSchema.parse(await jsonOf(blind.bundle, 'promotion_briefing.json'));
    expect(refused.recommendation).to.equal('do not promote');
    expect(refused.informs?.find(({ id }) => id === 'beats_base_rate')).to.include({ answer: 'no' });
    const summary = await readFile(path.join(blind.bundle, 'summary.md'), 'utf8');
    expect(summary).to.contain('**Recommendation: do not promote.**');
  });

  it('answers unknown when there are too few dates', async () => {
    const { bundle } = await audit(home, await finishedRun(home, { runId: 'short', dates: 12 }));
    const briefing = briefingSchema.parse(await jsonOf(bundle, 'promotion_briefing.json'));
    expect(briefing.recommendation).to.equal('do not promote');
    expect(briefing.reasons.join('\n')).to.contain('Is there enough evidence? Not enough data');
    expect(briefing.informs?.find(({ id }) => id === 'beats_placebo')).to.include({ answer: 'unknown' });
    expect(await readFile(path.join(bundle, 'summary.md'), 'utf8')).to.not.match(/NaN|undefined|null/);
  });

  it('is signed with a key of the home that only its owner can read, and records its inputs', async () => {
    const { bundle, digest } = await audit(home, await finishedRun(home, { runId: 'run_a', dates: 12 }));
    expect((await stat(home.signingKey())).mode & 0o777).to.equal(0o600);
    const statement = statementSchema.parse(await jsonOf(bundle, 'provenance', 'statement.json'));
    expect(statement.subject[0]).to.deep.equal({ name: 'bundle', digest: { sha256: digest } });
    const { internalParameters, resolvedDependencies } = statement.predicate.buildDefinition;
    expect(internalParameters.backends).to.deep.equal(['tensorflow-2.15.1-cpu-avx2']);
    expect(internalParameters.cohortBackends).to.deep.equal({
      '2022-01-01_to_2022-06-30': ['tensorflow-2.15.1-cpu-avx2'],
    });
    expect(resolvedDependencies).to.deep.equal([{ name: 'bars', digest: { sha256: sha256('all bars') } }]);
    const key = await readFile(home.signingKey(), 'utf8');
    await audit(home, await finishedRun(home, { runId: 'run_b', dates: 12 }));
    expect(await readFile(home.signingKey(), 'utf8')).to.equal(key);
  });

  it('has a self-contained HTML briefing without scripts', async () => {
    const { bundle } = await sealedRun(home, { runId: 'run_a' });
    const html = await readFile(path.join(bundle, 'promotion_briefing.html'), 'utf8');
    expect(html).to.not.match(/<script|src=|<link|@import|url\(/);
    expect(html.match(/<svg/g)).to.have.lengthOf(7);
  });

  it('is replaced by a notice when too many windows failed', async () => {
    const { config } = await finishedRun(home, { runId: 'bad_run', dates: 12 });
    const activities = createNoticeActivities({ home });
    await writeLostShards(home, 'bad_run', '2022-01-01_to_2022-06-30', [
      { shard: null, error: 'OutOfMemory', message: 'the trainer was ended by the system' },
    ]);
    const { notice, failures } = await activities.writeFailureNotice({
      config,
      message: '9 windows failed, 37.5 % of those tried, above the limit of 20 %',
      failedBy: { Diverged: 2, OutOfMemory: 7 },
    });
    const text = await readFile(notice, 'utf8');
    expect(path.dirname(notice)).to.equal(home.bundle('bad_run'));
    expect(text)
      .to.contain('gurukul resume bad_run')
      .and.contain('37.5 %')
      .and.contain('| OutOfMemory | 7 |')
      .and.match(
        /^- \*\*OutOfMemory \(.+\): \d+ windows of \d+ symbols\*\*\n {2}- .*: the trainer was ended by the system\n {2}- Fix: give the training workers more memory/m,
      );
    expect(failures?.[0]).to.match(/^OutOfMemory \(.+\): \d+ windows/);
    const report = await verifyBundle(home.bundle('bad_run'));
    expect(report).to.include({ ok: false, file: 'FAILED.md' });
  });
});
