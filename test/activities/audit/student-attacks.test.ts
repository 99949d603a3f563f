import { rm } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { BUNDLE, bundleJson } from '../../../activities/audit/bundle-layout.js';
import { decodePredictions, encodePredictions, takeRows } from '../../../data/predictions/parquet.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import { decodeStudentInputs, encodeStudentInputs } from '../../../data/predictions/student-inputs.js';
import type { VariantOutputs } from '../../../data/predictions/student-variants.js';
import { decodeVariants, encodeVariants } from '../../../data/predictions/student-variants.js';
import { artifactsSchema } from '../../../data/schemas/bundle.js';
import { canonicalJson, sha256 } from '../../../data/store/digests.js';
import type { BundleAndCopy } from './finished-run.js';
import { withBundleCopy } from './finished-run.js';
import type { Changes } from './forge.js';
import { forge, fromAnotherProgram, withFigures } from './forge.js';
import { verified } from './verified.js';

const STUDENT = 'models/students/2022-01-01_to_2022-06-30';
const MODEL = `${STUDENT}/model.json`;
const WEIGHTS = `${STUDENT}/weights.bin`;
const INPUTS = `${STUDENT}/inputs.parquet`;
const WINDOWS = `${STUDENT}/windows.jsonl`;

const lineSchema = z.looseObject({ window: z.string() });

describe('a bundle with a forged student', () => {
  let copy: string;
  let mallory: string;
  let contentOf: BundleAndCopy['contentOf'];

  withBundleCopy(60, (given) => {
    ({ copy, mallory, contentOf } = given);
  });

  const studentRows = async (): Promise<Predictions> => decodePredictions(await contentOf(BUNDLE.student));

  /** Signs changes again, with the list of model files as it must then be. */
  async function forgeListed(changes: Changes, edit?: Parameters<typeof forge>[3]): Promise<void> {
    const { files } = artifactsSchema.parse(JSON.parse((await contentOf(BUNDLE.artifacts)).toString()));
    const listed = files.flatMap((entry) => {
      const name = `models/${entry.path}`;
      const content = changes[name];
      if (!(name in changes)) return [entry];
      return content === undefined ? [] : [{ ...entry, bytes: content.byteLength, sha256: sha256(content) }];
    });
    await forge(copy, mallory, { ...changes, [BUNDLE.artifacts]: bundleJson({ files: listed }) }, edit);
  }

  async function expectFailed(file: string, ...texts: readonly string[]): Promise<void> {
    const report = await verified(copy, 'failed');
    expect(report).to.include({ file });
    for (const text of texts) expect(report.difference).to.contain(text);
  }

  it('says how many predictions are recomputed, and what is not', async () => {
    const report = await verified(copy, 'ok');
    expect(report.checked).to.include(
      '256 predictions of the students from inputs, model and weights, within 0.00001',
    );
    expect(report.hashedOnly[0]).to.contain('those of the students beyond the 256 recomputed ones');
    expect(report.claimed.join()).to.contain('features of the bars');
  });

  for (const [what, change] of [
    ['zero', () => 0],
    ['a little larger', (weight: number) => weight * 1.001],
  ] as const)
    it(`is refused: all weights ${what}`, async () => {
      const bytes = await contentOf(WEIGHTS);
      const weights = Float32Array.from({ length: bytes.length / 4 }, (_, i) =>
        change(bytes.readFloatLE(4 * i)),
      );
      await forgeListed({ [WEIGHTS]: new Uint8Array(weights.buffer) });
      await expectFailed(BUNDLE.student, 'within 0.00001', WEIGHTS, INPUTS, 'SYM', ' on 2022-', '(forward)');
    });

  it('is refused: fewer weights, or one that is not finite', async () => {
    const bytes = await contentOf(WEIGHTS);
    await forgeListed({ [WEIGHTS]: bytes.subarray(4) });
    await expectFailed(WEIGHTS, `expected ${bytes.length} bytes`);
    const infinite = Buffer.from(bytes);
    infinite.writeFloatLE(Infinity, 0);
    await forgeListed({ [WEIGHTS]: infinite });
    await expectFailed(WEIGHTS, 'finite');
  });

  for (const [what, change] of [
    ['an unknown activation', (text: string) => text.replace('"tanh"', '"softplus"')],
    ['a third layer', (text: string) => text.replace(/(\{"class_name":"Dense".*?\}\}),/, '$1,$1,')],
    ['a regularizer', (text: string) => text.replace('"bias_regularizer":null', '"bias_regularizer":{}')],
    ['weights of another file', (text: string) => text.replace('"weights.bin"', '"../weights.bin"')],
    ['an unknown key', (text: string) => text.replace('{"convertedBy"', '{"also":1,"convertedBy"')],
    [
      'a key that stands twice',
      (text: string) => text.replace('{"convertedBy"', '{"format":"x","convertedBy"'),
    ],
    ['more units than weights', (text: string) => text.replace('"units":2', '"units":3')],
    ['no JSON', () => 'model'],
  ] as const)
    it(`is refused: a model with ${what}`, async () => {
      const text = (await contentOf(MODEL)).toString();
      const changed = change(text);
      expect(changed).to.not.equal(text);
      await forgeListed({ [MODEL]: Buffer.from(changed) });
      await expectFailed(MODEL, 'not a model that can be computed');
    });

  it('is refused: a model with another activation, or features that are not its inputs', async () => {
    const text = (await contentOf(MODEL)).toString();
    await forgeListed({ [MODEL]: Buffer.from(text.replace('"tanh"', '"relu"')) });
    await expectFailed(BUNDLE.student, 'within 0.00001', WEIGHTS, INPUTS);
    await forgeListed({ [MODEL]: Buffer.from(text.replace('"features":["', '"features":["other","')) });
    await expectFailed(MODEL, 'not the network of a student: its inputs are features');
  });

  it('is refused: a changed prediction of a sampled row, although all figures follow from it', async () => {
    const { symbol, date } = await decodeStudentInputs(await contentOf(INPUTS));
    const rows = await studentRows();
    const at = rows.symbol.findIndex((name, row) => name === symbol[7] && rows.date[row] === date[7]);
    rows.probability[at] = (rows.probability[at] ?? 0) + 0.001;
    const lines = await refittedLines(rows);
    const forward = [...rows.split.keys()].filter((row) => rows.split[row] === 'forward');
    const variants = await decodeVariants(await contentOf(BUNDLE.variants));
    const plain = { ...variants.plain, probability: forward.map((row) => rows.probability[row] ?? NaN) };
    const changes = {
      [BUNDLE.student]: encodePredictions(rows),
      [BUNDLE.variants]: encodeVariants({ ...variants, plain }),
      [WINDOWS]: Buffer.from(lines),
    };
    await forgeListed(await withFigures(copy, changes));
    await expectFailed(BUNDLE.student, `${symbol[7]} on ${date[7]} (forward) to be 0.`, WEIGHTS);
  });

  it('is refused: predictions that are not those of the student that was chosen, or variants without rows', async () => {
    const variants = await decodeVariants(await contentOf(BUNDLE.variants));
    const swapped = { ...variants, plain: variants.hard, hard: variants.plain };
    await forgeListed(await withFigures(copy, { [BUNDLE.variants]: encodeVariants(swapped) }));
    await expectFailed(BUNDLE.student, 'that of plain in predictions/student_variants.parquet');
    const cut = (of: VariantOutputs): VariantOutputs => ({
      probability: of.probability.slice(1),
      score: of.score.slice(1),
    });
    const { plain, reward, hard } = variants;
    const shorter = { plain: cut(plain), reward: cut(reward), hard: cut(hard) };
    await forgeListed(await withFigures(copy, { [BUNDLE.variants]: encodeVariants(shorter) }));
    await expectFailed(BUNDLE.variants, 'forward rows');
    await forgeListed(await withFigures(copy, { [BUNDLE.variants]: undefined }));
    await expectFailed(BUNDLE.variants, 'no such file');
  });

  /** windows.jsonl with the log-losses of other predictions. */
  async function refittedLines({ window, split, probability, label }: Predictions): Promise<string> {
    const lines = (await contentOf(WINDOWS)).toString().trim().split('\n');
    return lines
      .map((line) => {
        const value = lineSchema.parse(JSON.parse(line));
        const rows = [...window.keys()].filter(
          (row) => window[row] === value.window && split[row] === 'forward',
        );
        const losses = rows.map((row) => {
          const p = probability[row] ?? NaN;
          return -Math.log(label[row] === 1 ? p : 1 - p);
        });
        const forward = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
        return `${canonicalJson({ ...value, logLoss: { forward } })}\n`;
      })
      .join('');
  }

  it('is refused: rows that its maker chose, other features, other inputs', async () => {
    const inputs = await decodeStudentInputs(await contentOf(INPUTS));
    const [first = ''] = inputs.date;
    const dates = [inputs.date[1] ?? first, ...inputs.date.slice(1)];
    for (const [changed, file, text] of [
      [{ ...inputs, date: dates }, INPUTS, 'rows.0'],
      [
        {
          ...inputs,
          symbol: inputs.symbol.slice(1),
          date: inputs.date.slice(1),
          split: inputs.split.slice(1),
          values: inputs.values.slice(inputs.features.length),
        },
        INPUTS,
        'rows.0',
      ],
      [{ ...inputs, features: [...inputs.features].reverse() }, INPUTS, 'columns.0'],
      [{ ...inputs, values: inputs.values.map((value) => value + 0.01) }, BUNDLE.student, 'within 0.00001'],
      [{ ...inputs, values: inputs.values.map(() => NaN) }, INPUTS, 'is not a number'],
    ] as const) {
      await forgeListed({ [INPUTS]: encodeStudentInputs(changed) });
      await expectFailed(file, text);
    }
    await forgeListed({ [INPUTS]: Buffer.from('PAR1') });
    await expectFailed(INPUTS, "a student's inputs");
  });

  it('is refused without inputs, and partly checked if another program made it', async () => {
    await forgeListed({ [INPUTS]: undefined });
    await expectFailed(INPUTS, 'no such file');
    await forgeListed({}, fromAnotherProgram);
    const report = await verified(copy, 'partly checked');
    expect(report.unchecked).to.deep.equal([
      `${INPUTS}: not in the bundle, so model and weights may not be those of the predictions`,
    ]);
    expect(report.checked.join()).to.not.contain('predictions of the students from inputs');
    expect(report.hashedOnly).to.include('the predictions of teachers, placebo and students');
  });

  for (const [what, change, texts] of [
    ['rows', (text: string) => text.replace(/"forward":60/, '"forward":61'), ['rows.forward = 60']],
    [
      'a log-loss',
      (text: string) => text.replace(/"logLoss":\{"forward":0\.\d+/, '"logLoss":{"forward":0.1'),
      ['logLoss.forward'],
    ],
    ['one window less', (text: string) => text.replace(/^.*\n/, ''), ['windows.']],
    ['a window twice', (text: string) => text.replace(/^(.*\n)/, '$1$1'), ['windows.']],
    ['a failed window', (text: string) => text.replace('"succeeded"', '"failed"'), [`${WINDOWS}:1`]],
  ] as const)
    it(`is refused: windows.jsonl with ${what}`, async () => {
      const text = (await contentOf(WINDOWS)).toString();
      const changed = change(text);
      expect(changed).to.not.equal(text);
      await forgeListed({ [WINDOWS]: Buffer.from(changed) });
      await expectFailed(WINDOWS, ...texts);
    });

  it('is refused: without the whole student, although the list agrees', async () => {
    await forgeListed({
      [MODEL]: undefined,
      [WEIGHTS]: undefined,
      [INPUTS]: undefined,
      [WINDOWS]: undefined,
    });
    await rm(path.join(copy, 'models'), { recursive: true });
    await expectFailed(BUNDLE.artifacts, `an entry ${MODEL.replace('models/', '')}`);
  });

  it('is refused: predictions of no student, or of other rows than its teachers', async () => {
    const rows = await studentRows();
    for (const [changed, text] of [
      [{ ...rows, label: rows.label.map((label, row) => (row === 5 ? 1 - label : label)) }, 'found label'],
      [takeRows(rows, [...rows.symbol.keys()].slice(0, -1)), 'of no row'],
    ] as const) {
      const student = encodePredictions({ ...rows, ...changed });
      await forgeListed(await withFigures(copy, { [BUNDLE.student]: student }));
      await expectFailed(BUNDLE.student, text);
    }
  });
});
