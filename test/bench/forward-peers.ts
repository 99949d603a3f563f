import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import type { FeatureTable } from '../../activities/market/feature-table.js';
import { GurukulError } from '../../data/errors.js';
import { writeFileAtomic, writeJson } from '../../data/store/files.js';
import type { ForwardCohort } from './forward-rows.js';
import { RANK_HORIZON } from './forward-rows.js';
import type { Python } from './python.js';

/** What the peers say of every forward row, by cohort and window. */
export interface PeerForecasts {
  readonly lightgbmWindow: Float64Array;
  readonly logisticPooled: Float64Array;
  /** One per seed. */
  readonly lightgbmPooled: readonly Float64Array[];
  /** Scores, not probabilities. */
  readonly lightgbmRank: Float64Array;
  readonly ridgeRank: Float64Array;
}

/** Offset and count in the file of row numbers. */
type Part = readonly [number, number];

/** Exports table and rows, trains the Python peers, and reads their predictions. */
export async function peerForecasts(
  python: Python,
  folder: string,
  table: FeatureTable,
  cohorts: readonly ForwardCohort[],
  seeds: readonly number[],
): Promise<PeerForecasts> {
  await mkdir(folder, { recursive: true });
  const rows = cohorts
    .flatMap(({ windows }) => windows)
    .reduce((sum, { forward }) => sum + forward.length, 0);
  await exportTask(folder, table, cohorts, seeds);
  await python.script('forward_models.py', folder);
  await python.script('rank_models.py', folder);
  const read = async (name: string, sound = isProbability): Promise<Float64Array> => {
    const bytes = Uint8Array.from(await readFile(path.join(folder, `${name}.f64`)));
    const values = new Float64Array(bytes.buffer);
    if (values.length !== rows || !values.every((value) => sound(value)))
      throw new GurukulError('Bug', `the peer ${name} did not return a forecast for each of ${rows} rows`);
    return values;
  };
  return {
    lightgbmWindow: await read('lightgbmWindow'),
    logisticPooled: await read('logisticPooled'),
    lightgbmPooled: await Promise.all(seeds.map((seed) => read(`lightgbmPooled.${seed}`))),
    lightgbmRank: await read('lightgbmRank', Number.isFinite),
    ridgeRank: await read('ridgeRank', Number.isFinite),
  };
}

function isProbability(value: number): boolean {
  return value >= 0 && value <= 1;
}

async function exportTask(
  folder: string,
  table: FeatureTable,
  cohorts: readonly ForwardCohort[],
  seeds: readonly number[],
): Promise<void> {
  const firstRow: number[] = [];
  let rows = 0;
  for (const { time } of table.symbols) {
    firstRow.push(rows);
    rows += time.length;
  }
  const features = table.names.length;
  const ranks = table.rankNames.length;
  const states = table.stateNames.length;
  const columns = {
    features: new Float32Array(rows * features),
    label: new Uint8Array(rows),
    ranks: new Float32Array(rows * ranks),
    state: new Float32Array(rows * states),
    target: new Float32Array(rows),
  };
  for (const [index, symbol] of table.symbols.entries()) {
    const first = firstRow[index] ?? 0;
    columns.features.set(symbol.features, first * features);
    columns.label.set(symbol.label, first);
    columns.ranks.set(symbol.ranks, first * ranks);
    columns.state.set(symbol.state, first * states);
    columns.target.set(symbol.targets[RANK_HORIZON] ?? [], first);
  }

  const parts: Int32Array[] = [];
  let used = 0;
  const part = (sets: readonly { readonly symbol: number; readonly rows: Int32Array }[]): Part => {
    const offset = used;
    for (const { symbol, rows: own } of sets) {
      parts.push(own.map((row) => row + (firstRow[symbol] ?? 0)));
      used += own.length;
    }
    return [offset, used - offset];
  };
  const task = {
    ...{ rows, features, ranks, states, seeds },
    cohorts: cohorts.map(({ prior, ranked, windows }) => ({
      prior: part(prior.map((own, symbol) => ({ symbol, rows: own }))),
      ranked: part(ranked.map((own, symbol) => ({ symbol, rows: own }))),
      windows: windows.map(({ symbol, fit, forward }) => ({
        fit: part([{ symbol, rows: fit }]),
        forward: part([{ symbol, rows: forward }]),
      })),
    })),
  };
  const numbers = new Int32Array(used);
  let at = 0;
  for (const one of parts) {
    numbers.set(one, at);
    at += one.length;
  }
  const write = (name: string, array: Float32Array | Int32Array | Uint8Array): Promise<void> =>
    writeFileAtomic(path.join(folder, name), new Uint8Array(array.buffer));
  await write('features.f32', columns.features);
  await write('label.u8', columns.label);
  await write('ranks.f32', columns.ranks);
  await write('state.f32', columns.state);
  await write('target.f32', columns.target);
  await write('rows.i32', numbers);
  await writeJson(path.join(folder, 'task.json'), task);
}
