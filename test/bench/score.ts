import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { readLayersNetwork } from '../../activities/inference/layers-network.js';
import type { LayersNetwork } from '../../activities/inference/layers-network.js';
import { layersToOnnx } from '../../activities/inference/onnx/write-onnx.js';
import type { NewestRows } from '../../activities/market/newest-rows.js';
import { newestRows } from '../../activities/market/newest-rows.js';
import { onnxOutputs } from '../activities/inference/onnx-session.js';
import { syntheticSeries } from '../activities/market/synthetic-market.js';
import { teachArguments } from './arguments.js';
import { median } from './cli-times.js';
import { benchmark, print } from './program.js';
import { benchStudent } from './score-student.js';
import { decimals, tableLines } from './table.js';

/*
 * What scoring costs in a process that is running: loading a student, its outputs for one row of each of 100 symbols by
 * plain arithmetic, and the rows themselves from daily bars.
 */

const SYMBOLS = 100;
const BARS = 750;
const ROUNDS = 20;
const QUICK_ROUNDS = 3;
const RULE = { horizon: 5, threshold: 0.02 };

await benchmark(async (home) => {
  const { json, quick } = teachArguments(process.argv.slice(2));
  const rounds = quick ? QUICK_ROUNDS : ROUNDS;
  const series = Array.from({ length: SYMBOLS }, (_, at) => syntheticSeries(`S${at}`, BARS));
  const sectors = new Map(series.map(({ symbol }, at) => [symbol, `sector ${at % 12}`]));
  let rows: NewestRows | undefined;
  const featuresMs = await medianMs(rounds, () => {
    rows = newestRows(series, RULE, { sectors });
  });
  if (rows === undefined) throw new Error('there are no rows');
  const { symbols, features, relative, ranks, state } = rows;
  const columns = { features, relative, ranks, state };
  const width = (values: Float32Array): number => values.length / symbols.length;
  const files = await benchStudent({
    ...{ features: width(features), relative: width(relative), ranks: width(ranks), state: width(state) },
  });
  const folder = home.root;
  for (const name of ['model.json', 'weights.bin'] as const)
    await writeFile(path.join(folder, name), files[name]);
  let network: LayersNetwork | undefined;
  const loadMs = await medianMs(rounds, async () => {
    const [model, weights] = [path.join(folder, 'model.json'), path.join(folder, 'weights.bin')];
    network = readLayersNetwork('model.json', await readFile(model), await readFile(weights));
  });
  if (network === undefined) throw new Error('there is no student');
  const student = network;
  let found: Record<string, Float64Array> = {};
  const score100Ms = await medianMs(rounds, () => {
    found = student.predict(columns, symbols.length);
  });
  const onnx = await onnxOutputs(layersToOnnx(student), student.inputs, columns, symbols.length);
  const onnxMaxDiff = Math.max(
    ...student.outputs.flatMap((name) =>
      Array.from(found[name] ?? [NaN], (value, at) => Math.abs(value - (onnx[name]?.[at] ?? NaN))),
    ),
  );
  const figures = { loadMs, score100Ms, featuresMs, onnxMaxDiff };
  for (const line of tableLines([
    ['', 'median', 'limit'],
    ['load a student', `${decimals(loadMs, 2)} ms`, '200 ms'],
    [`score ${symbols.length} symbols`, `${decimals(score100Ms, 2)} ms`, '5 ms'],
    [`features of ${symbols.length} symbols`, `${decimals(featuresMs, 1)} ms`, '300 ms'],
    ['difference of ONNX', onnxMaxDiff.toExponential(1), '1e-6'],
  ]))
    print(line);
  return { json, figures };
});

/** Median time of some rounds in milliseconds. */
async function medianMs(rounds: number, work: () => void | Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return median(times);
}
