import { cp, readFile, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import { BUNDLE, bundleJson } from '../../../activities/audit/bundle-layout.js';
import { publicKeyPem, signingKey } from '../../../data/signing/signing.js';
import { verifyBundle } from '../../../activities/audit/verify.js';
import type { RunRecord, Statement } from '../../../data/schemas/bundle.js';
import { manifestSchema, runRecordSchema } from '../../../data/schemas/bundle.js';
import { integritySchema } from '../../../data/schemas/integrity.js';
import { metricsSchema, statTestsSchema } from '../../../data/schemas/metrics.js';
import {
  concatPredictions,
  decodePredictions,
  encodePredictions,
  takeRows,
} from '../../../data/predictions/parquet.js';
import { sha256 } from '../../../data/store/digests.js';
import type { Home } from '../../../data/store/home.js';
import { withBundleCopy } from './finished-run.js';
import type { Changes } from './forge.js';
import { forge as forgeBundle, fromAnotherProgram } from './forge.js';
import { verified } from './verified.js';

describe('the verification of a bundle', () => {
  let home: Home;
  let whole: string;
  let copy: string;

  withBundleCopy(60, (given) => {
    ({ home, whole, copy } = given);
  });

  const refusal = (): Promise<{ file: string; difference: string }> => verified(copy, 'failed');

  async function forge(
    changes: Changes,
    edit: (statement: Statement) => void = () => undefined,
  ): Promise<void> {
    await forgeBundle(copy, home.signingKey(), changes, edit);
  }

  it('accepts a valid bundle in any folder', async () => {
    expect(await verifyBundle(copy)).to.include({ ok: true, runId: 'run_a' });
  });

  it('names any file that was changed by one byte', async () => {
    const { covered } = manifestSchema.parse(
      JSON.parse(await readFile(path.join(copy, BUNDLE.manifest), 'utf8')),
    );
    for (const { path: name } of covered) {
      const file = path.join(copy, name);
      const content = await readFile(file);
      const changed = Buffer.from(content);
      const middle = Math.floor(changed.length / 2);
      changed[middle] = (changed[middle] ?? 0) ^ 1;
      await writeFile(file, changed);
      const found = await refusal();
      expect(found.file).to.equal(name);
      expect(found.difference).to.contain(name).and.contain('expected SHA-256');
      await writeFile(file, content);
    }
  });

  it('names a file of another length, a missing file, an extra file, a link and a hidden folder of links', async () => {
    await writeFile(path.join(copy, 'summary.md'), 'short');
    expect((await refusal()).difference).to.match(/^summary\.md: expected \d+ bytes, found 5$/);
    await cp(whole, copy, { recursive: true });

    await unlink(path.join(copy, 'plots', 'roc.svg'));
    expect((await refusal()).difference)
      .to.contain('plots/roc.svg')
      .and.contain('no such file');
    await symlink(path.join(whole, 'plots', 'roc.svg'), path.join(copy, 'plots', 'roc.svg'));
    expect((await refusal()).difference)
      .to.contain('plots/roc.svg')
      .and.contain('symbolic link');
    await unlink(path.join(copy, 'plots', 'roc.svg'));
    await cp(whole, copy, { recursive: true });

    await writeFile(path.join(copy, 'configs', 'more.json'), '{}');
    expect(await refusal()).to.include({ file: 'configs/more.json' });
    await unlink(path.join(copy, 'configs', 'more.json'));

    await rename(path.join(copy, 'configs'), path.join(home.root, 'configs'));
    await symlink(path.join(home.root, 'configs'), path.join(copy, 'configs'));
    expect(await refusal()).to.include({ file: 'configs' });
    await rm(path.join(home.root, 'configs'), { recursive: true });
  });

  it('rejects a manifest that is invalid, has paths outside the bundle, or a wrong digest', async () => {
    const file = path.join(copy, BUNDLE.manifest);
    const manifest = manifestSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    const write = (value: unknown): Promise<void> => writeFile(file, JSON.stringify(value));
    const [first, ...rest] = manifest.covered;
    if (first === undefined) throw new Error('nothing covered');
    for (const [value, text] of [
      [{ ...manifest, format: 'other' }, 'manifest of format'],
      [{ ...manifest, covered: [{ ...first, path: '../outside' }, ...rest] }, '"../outside"'],
      [{ ...manifest, covered: [{ ...first, path: '/etc/passwd' }, ...rest] }, '"/etc/passwd"'],
      [{ ...manifest, covered: [...rest, first] }, 'sorted by path'],
      [{ ...manifest, digest: '0'.repeat(64) }, 'expected digest'],
      [{ ...manifest, uncovered: [...manifest.uncovered, 'summary.md'] }, 'uncovered files'],
    ] as const) {
      await write(value);
      expect((await refusal()).difference)
        .to.contain('manifest.json')
        .and.contain(text);
    }
    await unlink(file);
    expect((await refusal()).difference).to.contain('manifest.json');
    expect(await verifyBundle(path.join(home.root, 'nowhere'))).to.include({ ok: false });
  });

  it('rejects a changed statement, run record, signature or key', async () => {
    const change = async (name: string, from: string, to: string): Promise<void> => {
      const file = path.join(copy, name);
      const content = await readFile(file, 'utf8');
      if (!content.includes(from)) throw new Error(`${name} does not contain ${from}`);
      await writeFile(file, content.replace(from, to));
    };
    for (const [name, from, to, blamed] of [
      [BUNDLE.statement, 'urn:gurukul:audit', 'urn:someone:else', BUNDLE.signature],
      [BUNDLE.run, 'run_a', 'run_b', BUNDLE.run],
      [BUNDLE.signature, '"sig": "', '"sig": "AAAA', BUNDLE.signature],
      [BUNDLE.publicKey, 'MCowBQYDK2VwAyEA', 'MCowBQYDK2VwAyEB', BUNDLE.publicKey],
      [BUNDLE.publicKey, 'BEGIN', 'BEGUN', BUNDLE.publicKey],
    ] as const) {
      await cp(whole, copy, { recursive: true, force: true });
      await change(name, from, to);
      expect(await refusal(), name).to.include({ file: blamed });
    }
    await cp(whole, copy, { recursive: true, force: true });
    const foreign = publicKeyPem(await signingKey(path.join(home.root, 'other.pem')));
    await writeFile(path.join(copy, BUNDLE.publicKey), foreign);
    expect(await refusal()).to.include({ file: BUNDLE.signature });
  });

  it('detects probes that were left out, used other symbols, or found a leak', async () => {
    const original = integritySchema.parse(
      JSON.parse(await readFile(path.join(copy, BUNDLE.integrity), 'utf8')),
    );
    const [labels, ...features] = original.probes;
    if (labels === undefined) throw new Error('no probes');
    const finding = { probe: 'future', symbol: 'SYM01', rows: 1, message: 'return_1 changes' } as const;
    for (const [changed, place] of [
      [{ ...original, findings: [finding] }, 'findings'],
      [{ ...original, probes: features }, 'probes'],
      [{ ...original, probes: [{ ...labels, at: [] }, ...features] }, 'label_overlap.at'],
      [
        {
          ...original,
          probes: original.probes.map((line) => (line.probe === 'selection' ? { ...line, rows: 7 } : line)),
        },
        'selection.rows',
      ],
      [
        { ...original, probes: [labels, ...features.map((line) => ({ ...line, symbols: ['SYM01'] }))] },
        'probes',
      ],
    ] as const) {
      await forge({ [BUNDLE.integrity]: bundleJson(changed) });
      expect((await refusal()).difference).to.match(new RegExp(`^integrity\\.json: expected ${place}`));
    }
  });

  it('detects a forward row from inside its window', async () => {
    const file = path.join(copy, BUNDLE.predictions);
    const predictions = await decodePredictions(await readFile(file));
    const row = predictions.split.indexOf('forward');
    const date = predictions.date.map((day, i) => (i === row ? '2022-06-01' : day));
    await forge({ [BUNDLE.predictions]: encodePredictions({ ...predictions, date }) });
    expect((await refusal()).difference).to.match(
      /^predictions\/predictions\.parquet: expected row \d+ to be forward of SYM\d+_.*, found SYM\d+ on 2022-06-01$/,
    );
  });

  it('detects rows of a student from before its window, of which there are no figures', async () => {
    const student = await decodePredictions(await readFile(path.join(copy, BUNDLE.student)));
    const teacher = await decodePredictions(await readFile(path.join(copy, BUNDLE.predictions)));
    const inside = {
      ...takeRows(teacher, [teacher.split.indexOf('validation')]),
      split: ['out_of_fold' as const],
    };
    await forge({ [BUNDLE.student]: encodePredictions(concatPredictions([student, inside])) });
    expect((await refusal()).difference).to.equal(
      `${BUNDLE.student}: expected only validation and forward rows of a student, found out_of_fold in row 2`,
    );
  });

  /** Signs a run.json with other trials. */
  const forgeTrials = async (
    edit: (trials: RunRecord['trials']) => RunRecord['trials'],
    also: (statement: Statement) => void = () => undefined,
  ): Promise<void> => {
    const file = path.join(copy, BUNDLE.run);
    const record = runRecordSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    const forged = bundleJson({ ...record, trials: edit(record.trials) });
    await writeFile(file, forged);
    await forge({}, (statement) => {
      const [byproduct] = statement.predicate.runDetails.byproducts;
      if (byproduct !== undefined) byproduct.digest.sha256 = sha256(forged);
      also(statement);
    });
  };

  it('detects a Sharpe ratio of the students that is deflated by too few trials, or by none', async () => {
    const flattered = ({ studentActiveSharpe, ...trials }: RunRecord['trials']): RunRecord['trials'] =>
      studentActiveSharpe === undefined
        ? trials
        : { ...trials, studentActiveSharpe: { ...studentActiveSharpe, deflated: 0.99 } };
    await forgeTrials(flattered);
    expect((await refusal()).difference).to.match(
      /^run\.json: expected trials\.studentActiveSharpe\.deflated = \d\.\d+, found 0\.99$/,
    );
    const withoutStudents = ({ run, home, netSharpe, activeSharpe }: RunRecord['trials']) => ({
      ...{ run, home, netSharpe, activeSharpe },
    });
    await forgeTrials(withoutStudents);
    expect((await refusal()).difference).to.match(
      /^run\.json: expected trials\.studentActiveSharpe = \{.*\}, found nothing$/,
    );
    // Earlier versions of the program did not deflate them.
    await forgeTrials(withoutStudents, fromAnotherProgram);
    expect(await verifyBundle(copy)).to.include({ ok: true });
  });

  it('detects a Sharpe ratio that is deflated by too few trials', async () => {
    await forgeTrials((trials) => ({ ...trials, home: 5000 }));
    expect((await refusal()).difference).to.match(
      /^run\.json: expected trials\.activeSharpe\.benchmark = \d\.\d+, found 0\.\d+$/,
    );
  });

  it('detects figures that do not follow from the predictions, although all digests match', async () => {
    const metrics = metricsSchema.parse(JSON.parse(await readFile(path.join(copy, BUNDLE.metrics), 'utf8')));
    metrics.forward.teacher.auc = 0.93;
    await forge({ [BUNDLE.metrics]: bundleJson(metrics) });
    const found = await refusal();
    expect(found.difference).to.match(
      /^metrics\.json: expected forward\.teacher\.auc = 0\.\d+, found 0\.93$/,
    );
  });

  it('detects predictions that were improved afterwards', async () => {
    const file = path.join(copy, BUNDLE.predictions);
    const predictions = await decodePredictions(await readFile(file));
    const better = {
      ...predictions,
      probability: predictions.probability.map((value, row) =>
        predictions.label[row] === 1 ? Math.min(value + 0.1, 1) : value,
      ),
    };
    await forge({ [BUNDLE.predictions]: encodePredictions(better) });
    expect(await refusal()).to.include({ file: BUNDLE.metrics });
  });

  it('detects feature importance that does not follow from the windows', async () => {
    const file = path.join(copy, BUNDLE.importance);
    const text = await readFile(file, 'utf8');
    await forge({ [BUNDLE.importance]: Buffer.from(text.replace('[20000,', '[90000,')) });
    expect((await refusal()).difference).to.match(
      /^metrics\.json: expected features\.0\.importance\.lossRise = 0\.02\d+, found 0\.0213$/,
    );
  });

  it('detects texts and plots that do not match the figures', async () => {
    const summary = await readFile(path.join(copy, BUNDLE.summary), 'utf8');
    await forge({ [BUNDLE.summary]: Buffer.from(summary.replace('do not promote', 'promote')) });
    expect((await refusal()).difference).to.match(/^summary\.md: expected line \d+ to be .*do not promote/);
    await forge({ [BUNDLE.summary]: Buffer.from(summary), 'plots/roc.svg': Buffer.from('<svg/>') });
    expect(await refusal()).to.include({ file: 'plots/roc.svg' });
  });

  it('rejects a bundle without a required file', async () => {
    await forge({ [BUNDLE.modelCard]: undefined });
    expect(await refusal()).to.include({ file: BUNDLE.modelCard });
  });

  it('recreates the texts of a bundle made on another Node.js version', async () => {
    const elsewhere = (statement: Statement): void => {
      statement.predicate.buildDefinition.internalParameters.node = 'v99.0.0';
    };
    await forge({}, elsewhere);
    expect(await verifyBundle(copy)).to.include({ ok: true, sameProgram: true });
    const summary = await readFile(path.join(copy, BUNDLE.summary), 'utf8');
    await forge({ [BUNDLE.summary]: Buffer.from(`${summary}and more\n`) }, elsewhere);
    expect(await refusal()).to.include({ file: BUNDLE.summary });
  });

  it('checks a bundle of another program partly if the figures agree, whatever its descriptions', async () => {
    const metrics = metricsSchema.parse(JSON.parse(await readFile(path.join(copy, BUNDLE.metrics), 'utf8')));
    const { teacher } = metrics.forward;
    teacher.logLoss = (teacher.logLoss ?? 0) + 1e-12;
    metrics.method.notes = ['worded otherwise'];
    const tests = statTestsSchema.parse(
      JSON.parse(await readFile(path.join(copy, BUNDLE.statTests), 'utf8')),
    );
    tests.teacherBeatsPlacebo.claim = 'worded otherwise';
    await forge(
      { [BUNDLE.metrics]: bundleJson(metrics), [BUNDLE.statTests]: bundleJson(tests) },
      fromAnotherProgram,
    );
    const report = await verifyBundle(copy);
    expect(report).to.include({ ok: false, result: 'partly checked', sameProgram: false });
    expect(report.unchecked.slice(0, 2)).to.deep.equal([
      'metrics.json: descriptions, and figures beyond 1e-9',
      'stat_tests.json: descriptions, and figures beyond 1e-9',
    ]);
    teacher.logLoss += 1e-6;
    await forge({ [BUNDLE.metrics]: bundleJson(metrics) }, fromAnotherProgram);
    expect(await refusal()).to.include({ file: BUNDLE.metrics });
  });
});
