import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import { BUNDLE, PLOTS, bundleJson } from '../../../activities/audit/bundle-layout.js';
import { logicOf } from '../../../activities/audit/logic.js';
import { verifyBundle } from '../../../activities/audit/verify.js';
import { FEATURE_FORMULAS } from '../../../activities/market/features/feature-formulas.js';
import { RANK_FEATURES } from '../../../activities/market/ranking/rank-features.js';
import type { BundleConfig } from '../../../data/schemas/bundle.js';
import { bundleConfigSchema, runRecordSchema } from '../../../data/schemas/bundle.js';
import { isNewAlgorithm, logicDigest } from '../../../data/logic/logic-digest.js';
import { logicSchema } from '../../../data/schemas/logic.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import type { Home } from '../../../data/store/home.js';
import { audit, finishedRun, freshHome, withBundleCopy } from './finished-run.js';
import { forge, fromAnotherProgram } from './forge.js';
import { verified } from './verified.js';

const config: BundleConfig = bundleConfigSchema.parse(runInputSchema.parse({}));

describe('the logic digest', () => {
  it('is new for another label, entry or window, and not for other bars, dates, symbols or seeds', async () => {
    const before = await logicOf(config);
    expect(isNewAlgorithm(undefined, before)).to.equal(true);
    expect(isNewAlgorithm(before, await logicOf(config))).to.equal(false);
    const changes: readonly [Partial<BundleConfig>, boolean][] = [
      [{ horizon: 10 }, true],
      [{ threshold: 0.03 }, true],
      [{ label: 'triple-barrier' }, true],
      [{ lowerBarrier: 0.01 }, true],
      [{ entry: 'next-close' }, true],
      [{ windowDays: 90 }, true],
      [{ interval: '5minute' }, true],
      [{ seed: 8 }, false],
      [{ from: '2019-01-01', to: '2020-01-01' }, false],
      [{ universe: 'mine.csv', source: 'csv', membership: 'today' }, false],
    ];
    for (const [change, expected] of changes)
      expect(
        isNewAlgorithm(before, await logicOf({ ...config, ...change })),
        JSON.stringify(change),
      ).to.equal(expected);
  });

  it('covers features, constants and training code', async () => {
    const { parts, digest } = await logicOf(config);
    expect(parts.features.probability).to.have.length(FEATURE_FORMULAS.length);
    expect(parts.features.score.map(({ name }) => name)).to.deep.equal(RANK_FEATURES.map(({ name }) => name));
    expect(logicDigest(parts)).to.equal(digest);
    const [first, ...others] = parts.features.score;
    if (first === undefined) throw new Error('no features');
    const { features, training } = parts;
    for (const other of [
      { ...parts, features: { ...features, score: others } },
      { ...parts, features: { ...features, score: [...others, first] } },
      { ...parts, features: { ...features, score: [{ ...first, formula: 'another' }, ...others] } },
      { ...parts, training: { ...training, code: 'f'.repeat(64) } },
      { ...parts, training: { ...training, constants: { ...training.constants, more: '1' } } },
    ])
      expect(isNewAlgorithm({ digest }, { digest: logicDigest(other) })).to.equal(true);
  });
});

describe('the algorithm of a bundle', () => {
  let home: Home;
  let copy: string;
  withBundleCopy(40, (given) => {
    ({ home, copy } = given);
  });
  const text = async (file: string): Promise<string> => readFile(path.join(copy, file), 'utf8');

  it('stands in its file, the model card, the report and the record of the run', async () => {
    const logic = logicSchema.parse(JSON.parse(await text(BUNDLE.logic)));
    for (const file of [BUNDLE.modelCard, BUNDLE.researchText])
      expect(await text(file)).to.contain(`Logic digest \`${logic.digest}\``);
    expect(await text(BUNDLE.researchHtml)).to.contain(`<code>${logic.digest}</code>`);
    const record = runRecordSchema.parse(JSON.parse(await text(BUNDLE.run)));
    expect(record.algorithm).to.deep.equal({ digest: logic.digest, isNew: true });
  });

  it('is explained by the report: every feature with its formula, data, methods, figures and limits', async () => {
    const report = await text(BUNDLE.researchText);
    const sections = report.split('\n').filter((line) => line.startsWith('## '));
    expect(sections).to.deep.equal([
      '## Algorithm',
      '## Data and universe',
      '## Methods',
      '## Figures',
      '## Gates',
      '## Limits',
    ]);
    for (const { name } of [...FEATURE_FORMULAS, ...RANK_FEATURES])
      expect(report).to.contain(`| \`${name}\` | `);
    expect(report).to.contain("| `rsi_7` | Wilder's relative strength index over 7 bars / 50 − 1 | 61 |");
    expect(report).to.contain('× √horizon / \\|threshold\\|)');
    const page = await text(BUNDLE.researchHtml);
    expect(page).to.contain('× √horizon / |threshold|)').and.to.contain('<h2>Limits</h2>');
    expect(page.match(/<svg/g)).to.have.length(PLOTS.length);
    expect(page).to.not.match(/<(script|a|img|link)\b/);
  });

  it('is new once in a home', async () => {
    const second = await audit(home, await finishedRun(home, { runId: 'run_b', dates: 40 }));
    const third = await audit(
      home,
      await finishedRun(home, { runId: 'run_c', dates: 40, overrides: { windowDays: 90 } }),
    );
    for (const [{ bundle }, isNew] of [
      [second, false],
      [third, true],
    ] as const) {
      const record = runRecordSchema.parse(JSON.parse(await readFile(path.join(bundle, BUNDLE.run), 'utf8')));
      expect(record.algorithm?.isNew).to.equal(isNew);
    }
    const elsewhere = await freshHome();
    const again = await audit(elsewhere, await finishedRun(elsewhere, { runId: 'run_b', dates: 40 }));
    expect(again.digest).to.equal(second.digest);
    await rm(elsewhere.root, { recursive: true });
  });

  it('must be that of the input, and of the program', async () => {
    const mallory = path.join(home.root, 'mallory.pem');
    const { parts, format } = logicSchema.parse(JSON.parse(await text(BUNDLE.logic)));
    const changed = async (other: typeof parts, digest = logicDigest(other)): Promise<string> => {
      await forge(copy, mallory, { [BUNDLE.logic]: bundleJson({ format, parts: other, digest }) });
      return (await verified(copy, 'failed')).difference;
    };
    expect(await changed(parts, 'f'.repeat(64))).to.match(/^configs\/logic\.json: expected digest = /);
    expect(await changed({ ...parts, label: { ...parts.label, horizon: 20 } })).to.equal(
      'configs/logic.json: expected label.horizon = 5, found 20',
    );
    const code = { ...parts, training: { ...parts.training, code: 'f'.repeat(64) } };
    expect(await changed(code)).to.match(/^configs\/logic\.json: expected parts\.training\.code = /);
    // Another program's code cannot be known.
    await forge(copy, mallory, {}, fromAnotherProgram);
    expect((await verified(copy, 'partly checked')).unchecked).to.include(
      'configs/logic.json: features, constants and training code of another version',
    );
  });

  it('is missing in a bundle of an earlier version, which has no report either', async () => {
    const mallory = path.join(home.root, 'mallory.pem');
    const gone = { [BUNDLE.logic]: undefined, [BUNDLE.researchText]: undefined };
    await forge(copy, mallory, gone, fromAnotherProgram);
    expect(await verified(copy, 'failed')).to.include({
      difference: 'research_report.html: expected no page without configs/logic.json, found one',
    });
    await forge(copy, mallory, { [BUNDLE.researchHtml]: undefined }, fromAnotherProgram);
    expect((await verified(copy, 'partly checked')).unchecked).to.include('configs/logic.json: no such file');
    await forge(copy, mallory, {}, (statement) => {
      statement.predicate.buildDefinition.internalParameters.codeVersion = 'x';
    });
    expect(await verifyBundle(copy)).to.include({ ok: false });
  });
});
