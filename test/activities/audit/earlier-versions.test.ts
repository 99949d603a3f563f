import { rm } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import { BUNDLE, bundleJson } from '../../../activities/audit/bundle-layout.js';
import { readBundle } from '../../../activities/audit/read-bundle.js';
import { verifyBundle } from '../../../activities/audit/verify.js';
import { codeVersion } from '../../../data/store/code-version.js';
import type { Statement } from '../../../data/schemas/bundle.js';
import { statTestsSchema } from '../../../data/schemas/metrics.js';
import type { Home } from '../../../data/store/home.js';
import { asEarlierVersion } from './earlier-version.js';
import { withBundleCopy } from './finished-run.js';
import type { Changes } from './forge.js';
import { forge as forgeBundle, fromAnotherProgram } from './forge.js';
import { verified } from './verified.js';

describe('the verification of a bundle of an earlier version', () => {
  let home: Home;
  let copy: string;

  withBundleCopy(60, (given) => {
    ({ home, copy } = given);
  });

  const refusal = (): Promise<{ file: string; difference: string }> => verified(copy, 'failed');

  async function forge(
    changes: Changes,
    edit: (statement: Statement) => void = () => undefined,
  ): Promise<void> {
    await forgeBundle(copy, home.signingKey(), changes, edit);
    // The folders of removed files are empty.
    if (Object.keys(changes).some((file) => file.startsWith(BUNDLE.choices)))
      await rm(path.join(copy, BUNDLE.choices), { recursive: true });
  }

  it('checks the figures that every version has in a bundle of an earlier one, and no others', async () => {
    const { earlier, metrics } = await asEarlierVersion(copy);
    const made = await codeVersion();
    await forge(earlier, fromAnotherProgram);
    const report = await verifyBundle(copy);
    expect(report).to.include({ ok: false, result: 'partly checked', sameProgram: false });
    expect(report.unchecked).to.include.members([
      'integrity.json: no probe selection',
      'metrics.json: figures beyond counts, log-losses, Brier scores, AUC and calibration',
      'stat_tests.json: figures beyond the log-losses below the base rate',
      'stress_tests.json: all figures',
      'predictions/outcomes.parquet: not in the bundle',
      'choices: not in the bundle',
      'model_card.md: this version writes it differently',
    ]);
    expect(report.checked).to.include('the other figures from the predictions, within 1e-9');
    // It is known as another version's by its statement alone.
    await forge({}, (statement) => {
      statement.predicate.buildDefinition.internalParameters.codeVersion = made;
    });
    expect(await refusal()).to.include({ file: BUNDLE.integrity });

    metrics.forward.teacher.auc = (metrics.forward.teacher.auc ?? 0) + 1e-6;
    await forge({ [BUNDLE.metrics]: bundleJson(metrics) }, fromAnotherProgram);
    expect(await refusal()).to.include({ file: BUNDLE.metrics });
  });

  it('checks everything but the examination in a bundle of before it', async () => {
    const read = await readBundle(copy);
    if ('file' in read) throw new Error(read.found);
    const tests = statTestsSchema.parse(
      JSON.parse(Buffer.from(read.covered.get(BUNDLE.statTests) ?? []).toString('utf8')),
    );
    const { examination, ...others } = tests;
    expect(examination?.pbo).to.have.property('score: ridge');
    const before = { [BUNDLE.statTests]: bundleJson(others), [BUNDLE.choiceReturns]: undefined };
    await forge(before, fromAnotherProgram);
    const report = await verifyBundle(copy);
    expect(report).to.include({ ok: false, result: 'partly checked' });
    expect(report.unchecked).to.deep.equal([
      'stat_tests.json: no examination',
      'predictions/choice_returns.parquet: not in the bundle',
    ]);
    // This program always writes one.
    const made = await codeVersion();
    await forge({}, (statement) => {
      statement.predicate.buildDefinition.internalParameters.codeVersion = made;
    });
    expect(await refusal()).to.include({ file: BUNDLE.statTests });
  });

  it('wants the texts of a bundle of an earlier version to be there', async () => {
    const { earlier } = await asEarlierVersion(copy);
    await forge({ ...earlier, [BUNDLE.summary]: undefined }, fromAnotherProgram);
    expect(await refusal()).to.include({ file: BUNDLE.summary });
  });

  it('names the file that no version writes', async () => {
    await forge({ [BUNDLE.metrics]: bundleJson({ forward: [] }) }, fromAnotherProgram);
    expect(await refusal()).to.include({ file: BUNDLE.metrics });
  });
});
