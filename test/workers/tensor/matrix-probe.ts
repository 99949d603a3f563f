import { designOf } from '../../../activities/model/rows/design.js';
import { featureParts, scalerOf } from '../../../activities/model/rows/row-set.js';
import { ensembleOutputs, trainEnsemble } from '../../../activities/model/network/train-ensemble.js';
import { priorRows } from '../../../activities/market/splits/splits.js';
import { tf } from '../../../activities/model/tensorflow.js';
import { startOfDate } from '../../../data/time/dates.js';
import { initBackend } from '../../../workers/tensor/backend.js';
import { syntheticTable } from '../../activities/model/synthetic-table.js';
import { NO_CHECKPOINT } from '../../activities/model/paces.js';
import { collectRows } from '../../activities/model/collect-rows.js';

/* Trains a small ensemble with the backend named as argument and sends its output to the parent. */

const backend = await initBackend(process.argv[2] === 'wasm' ? 'wasm' : 'best');
const table = syntheticTable({ symbols: 4, bars: 400 });
const rows = collectRows(table, (symbol) => priorRows(symbol, startOfDate('2021-01-01')));
const design = designOf(scalerOf(rows), featureParts(rows));
const ensemble = await trainEnsemble({
  design,
  targets: Float32Array.from(rows.label),
  weights: rows.weight,
  loss: 'logistic',
  settings: { hidden: 8, members: 3, batchRows: 400, rate: 0.02, epochs: 3, mostSteps: 1000 },
  seed: ['parity'],
  checkpoint: NO_CHECKPOINT,
  onStep: () => undefined,
});
process.send?.({ backend, used: tf.getBackend(), logits: [...ensembleOutputs(ensemble, design)] });
