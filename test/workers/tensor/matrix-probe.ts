import { priorRows } from '../../../activities/market/splits/splits.js';
import { fitLogistic } from '../../../activities/model/linear/logistic.js';
import { designOf, linearOutputs } from '../../../activities/model/rows/design.js';
import { featureParts, scalerOf } from '../../../activities/model/rows/row-set.js';
import { fitScale, scaleUnits, scalesOf } from '../../../activities/model/prior/fit-scale.js';
import { STANDARD_SCALE } from '../../../activities/model/settings.js';
import { tf } from '../../../activities/model/tensorflow.js';
import { startOfDate } from '../../../data/time/dates.js';
import { initBackend } from '../../../workers/tensor/backend.js';
import { syntheticTable } from '../../activities/model/synthetic-table.js';
import { collectRows } from '../../activities/model/collect-rows.js';

/* Fits a regression with tanh units and a logistic one with the backend named as argument, and sends what they say. */

const backend = await initBackend(process.argv[2] === 'wasm' ? 'wasm' : 'best');
const table = syntheticTable({ symbols: 4, bars: 400 });
const rows = collectRows(table, (symbol) => priorRows(symbol, startOfDate('2021-01-01')));
const scaler = scalerOf(rows);
const design = designOf(scaler, featureParts(rows));
const labels = Float32Array.from(rows.label);
const scale = fitScale({
  scaler,
  design,
  targets: labels,
  weights: rows.weight,
  units: scaleUnits(design.width, ['parity']),
  config: STANDARD_SCALE,
});
const ridge = new Array<number>(design.width - 1).fill(10);
const logits = linearOutputs(design, fitLogistic(design, { labels, weights: rows.weight }, ridge));
process.send?.({ backend, used: tf.getBackend(), logits: [...logits, ...scalesOf(scale, design)] });
