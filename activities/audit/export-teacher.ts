import { OUTCOME_HORIZONS } from '../../data/predictions/outcome-horizons.js';
import { windowLabel } from '../../data/schemas/plan.js';
import { describeEntry, describeLabel, entryChoice, lowerBarrierOf } from '../../data/schemas/label-rule.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import type { Home } from '../../data/store/home.js';
import type { LayersNetwork } from '../inference/layers-network.js';
import { readLayersNetwork } from '../inference/layers-network.js';
import { readOnnx } from '../inference/onnx/read-onnx.js';
import { layersToOnnx } from '../inference/onnx/write-onnx.js';
import { TEACHER_INPUTS, TEACHER_OUTPUTS, teacherLayers } from '../model/export/teacher-layers.js';
import { BLENDS } from '../model/ranking/rank-grid.js';
import { tf } from '../model/tensorflow.js';
import type { LayersModelFiles } from '../model/units/layers-model-files.js';
import { layersModelFiles } from '../model/units/layers-model-files.js';
import { plannedWindow } from './planned-window.js';
import type { StoredTeacher } from './window-teacher.js';
import { windowTeacher } from './window-teacher.js';

/** One column list per input, in the order of the model's inputs. */
export interface ExportedInput {
  readonly name: (typeof TEACHER_INPUTS)[number];
  readonly columns: readonly string[];
  readonly about: string;
}

export interface ExportedTeacher {
  /** Label of the window. */
  readonly window: string;
  readonly inputs: readonly ExportedInput[];
  readonly files: LayersModelFiles & { readonly 'model.onnx': Uint8Array };
}

const ABOUT =
  "The complete teacher of one window: the universe's prior, the calibration with the symbol's shift, and what the window " +
  'adapted, as it predicted the bars after the window. Built-in layers only, float32: outputs are those of predictions.parquet ' +
  'up to rounding (probability 1e-5; score 1e-6 of a predicted rank). All inputs must be finite: where a figure of state or a rank is not known, ' +
  'pass 0, as the feature table does; a row with an unknown feature has no probability. A comparison of a tree is a step of slope 2^64: exact for every two numbers that ' +
  'are further apart than 5e-20. Compute in float32: with TF32 or float16 products, ranks lose the digits that comparisons need.';

const INPUT_TEXTS: Readonly<Record<(typeof TEACHER_INPUTS)[number], string>> = {
  features: 'Raw features of the row, not standardised.',
  relative: 'These features minus their mean over the members of the universe at the same time.',
  ranks:
    'Centred ranks among the members at the same time, (less − greater) / 2n, from −0.5 to 0.5; 0 where unknown.',
  state: 'Figures of the market, the same for all symbols at a time; 0 where unknown.',
  explained:
    "What volatility, beta, traded value and sector explain of the day's scores of the members, for this symbol, as a fraction: it is taken out of the score. " +
    '0 on days with fewer than 25 members; with 0 the score is the one before.',
};

const OUTPUT_TEXTS: Readonly<Record<(typeof TEACHER_OUTPUTS)[number], string>> = {
  probability: 'That the label is 1.',
  score:
    'Expected return relative to comparable symbols, as a fraction, mean over scoreHorizons bars: what ranks. On a day with fewer than 5 symbols a run scores by the logit of the probability instead.',
};

/**
 * The complete model of a window as the files of a TensorFlow.js layers model, and as an ONNX file.
 *
 * @param date ISO date: the start of the window, or any date in it.
 * @throws InvalidInputError when there is no such window or more than one, when it has no model, or one of another version
 * of the program.
 * @throws GurukulError ChecksumMismatch when a file of the run is missing or changed.
 */
export async function exportTeacher(
  home: Home,
  config: RunConfig,
  symbol: string,
  date: string,
): Promise<ExportedTeacher> {
  const { start, end } = await plannedWindow(home, config.runId, symbol, date);
  const window = windowLabel(symbol, start, end);
  const teacher = await windowTeacher(home, config.runId, symbol, window, 'fit');
  // Turns off the banner that TensorFlow.js prints under Node.js.
  tf.enableProdMode();
  const model = teacherLayers(teacher, 'fit');
  const inputs = inputsOf(teacher);
  try {
    const files = await layersModelFiles(model, {
      about: ABOUT,
      inputs,
      outputs: TEACHER_OUTPUTS.map((name) => ({ name, about: OUTPUT_TEXTS[name] })),
      run: config.runId,
      window: { label: window, symbol, start, end },
      interval: config.interval,
      entry: entryChoice(config),
      label: labelOf(config),
      scoreHorizons: BLENDS[teacher.rank.trained.blend].map((horizon) => OUTCOME_HORIZONS[horizon]),
      departures: teacher.departures,
      units: teacher.units,
      files: teacher.files,
    });
    const network = readLayersNetwork('model.json', files['model.json'], files['weights.bin']);
    return { window, inputs, files: { ...files, 'model.onnx': onnxOf(network) } };
  } finally {
    model.dispose();
  }
}

/** The ONNX file of a model, which was read again: whatever reads it finds the same layers. */
function onnxOf(network: LayersNetwork): Uint8Array {
  const onnx = layersToOnnx(network);
  readOnnx('model.onnx', onnx);
  return onnx;
}

function labelOf(config: RunConfig): Readonly<Record<string, unknown>> {
  const { label, horizon, threshold } = config;
  return {
    ...{ kind: label, horizon, threshold, lowerBarrier: lowerBarrierOf(config) ?? null },
    text: `1 where ${describeLabel(config)}`,
    from: describeEntry(config),
  };
}

function inputsOf({ features, relativeColumns, rank }: StoredTeacher): ExportedInput[] {
  const columns: Readonly<Record<ExportedInput['name'], readonly string[]>> = {
    features,
    relative: relativeColumns.map((column) => features[column] ?? ''),
    ranks: rank.basis.rankNames,
    state: rank.basis.stateNames,
    explained: ['explained_score'],
  };
  return TEACHER_INPUTS.filter((name) => columns[name].length > 0).map((name) => ({
    name,
    columns: columns[name],
    about: INPUT_TEXTS[name],
  }));
}
