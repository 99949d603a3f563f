import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { readLayersNetwork } from '../../../activities/inference/layers-network.js';
import { readOnnx } from '../../../activities/inference/onnx/read-onnx.js';
import { PRIOR_FORMAT, modelToPrior } from '../../../activities/model/prior/prior-file.js';
import { TREE_SETTINGS } from '../../../activities/model/trees/settings.js';
import { rankParts, RANK_PARTS } from '../../../activities/model/ranking/rank-scores.js';
import { logitParts } from '../../../activities/model/prior/calibration.js';
import { tf } from '../../../activities/model/tensorflow.js';
import { TEACHERS_FORMAT } from '../../../activities/model/teachers/teachers-file.js';
import { windowScales } from '../../../activities/model/teachers/window-batch.js';
import { readModel } from '../../../activities/model/units/model-file.js';
import type { SymbolTable } from '../../../activities/market/feature-table.js';
import { UNRESOLVED } from '../../../activities/market/feature-table.js';
import { exposedAt, exposedScores } from '../../../activities/model/ranking/exposed-scores.js';
import type { RankModel } from '../../../activities/model/ranking/rank-model.js';
import { sigmoid } from '../../../activities/stats/logistic.js';
import { formatBarTime } from '../../../data/bars/bar-time.js';
import { windowLabel } from '../../../data/schemas/plan.js';
import type { PlanItem } from '../../../data/schemas/plan.js';
import { teachIndexSchema } from '../../../data/schemas/teach-index.js';
import { addDays } from '../../../data/time/dates.js';
import { initBackend } from '../../../workers/tensor/backend.js';
import type { ExportedRun } from '../../activities/model/export/exported-run.js';
import {
  RUN,
  SYMBOLS,
  plantDepartures,
  taughtRun,
  withFormat,
  writePlan,
} from '../../activities/model/export/exported-run.js';
import type { OpenModel } from '../../activities/model/export/open-model.js';
import { openModel, predict } from '../../activities/model/export/open-model.js';
import { RANDOM_TREES } from '../../activities/model/export/random-trees.js';
import { manifestOf } from '../../activities/model/job-rig.js';
import { onnxOutputs } from '../../activities/inference/onnx-session.js';
import { gurukulHere } from '../support/gurukul-here.js';
import type { Ended } from '../support/gurukul-process.js';

const PROBABILITY = 1e-5;
/** Of the score, in its unit. */
const RANK = 1e-6;
const FILES = ['model.json', 'model.onnx', 'weights.bin'];
const printed = z.object({ run: z.string(), window: z.string(), folder: z.string() });

describe('export of models', function () {
  this.timeout(600_000);
  let run: ExportedRun;
  let folder: string;
  before(async () => {
    await initBackend();
    run = await taughtRun();
    folder = mkdtempSync(path.join(os.tmpdir(), 'gurukul-export-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
    rmSync(run.home.root, { recursive: true });
  });

  const command = (args: readonly string[]): Promise<Ended> =>
    gurukulHere(['export', ...args], { home: run.home, address: '127.0.0.1:1', cwd: folder });

  async function exported({ symbol, start }: PlanItem, ...flags: readonly string[]): Promise<OpenModel> {
    const { status, stdout, stderr } = await command([RUN, symbol, start, '--json', ...flags]);
    expect(status, stderr).to.equal(0);
    return openModel(printed.parse(JSON.parse(stdout)).folder);
  }

  function tableOf(symbol: string): SymbolTable {
    const table = run.table.symbols.find((one) => one.symbol === symbol);
    if (table === undefined) throw new RangeError(`there is no ${symbol}`);
    return table;
  }

  /** What the exposures explain of the score of each row of a symbol. */
  function explainedOf(symbol: string, rank: RankModel): Float32Array {
    const span = { arm: 'trained', phase: 'fit', from: 0, until: UNRESOLVED } as const;
    const part = exposedScores(run.table, rank, span, new Set([symbol])).get(symbol);
    return Float32Array.from(tableOf(symbol).time, (_, row) => exposedAt(part, row));
  }

  /** What the run predicted of the bars after a window. */
  function predicted({
    symbol,
    start,
    end,
  }: PlanItem): { row: number; probability: number; score: number }[] {
    const table = tableOf(symbol);
    const label = windowLabel(symbol, start, end);
    const rowOf = new Map(Array.from(table.time, (minutes, row) => [formatBarTime(minutes, '1day'), row]));
    return run.predictions.flatMap((all) =>
      Array.from(all.symbol.keys())
        .filter(
          (at) => all.window[at] === label && all.split[at] === 'forward' && all.model[at] === 'teacher',
        )
        .map((at) => ({
          row: rowOf.get(all.date[at] ?? '') ?? -1,
          probability: all.probability[at] ?? NaN,
          score: all.score[at] ?? NaN,
        })),
    );
  }

  async function priorOf(cohort: number) {
    const index = teachIndexSchema.parse(JSON.parse(await readFile(run.home.teachIndex(RUN), 'utf8')));
    const ref = index.priors[cohort];
    if (ref === undefined) throw new RangeError('there is no such prior');
    return modelToPrior(await readModel(run.home, await manifestOf(run.home, ref), PRIOR_FORMAT));
  }

  it('predict what the run predicted, each of 20 windows of three cohorts: with grown trees, random ones, and none', async () => {
    let adapted = 0;
    const trees: number[] = [];
    for (const [place, window] of run.windows.slice(0, 20).entries()) {
      const cohort = Math.floor(place / SYMBOLS.length);
      const { rank } = await priorOf(cohort);
      trees[cohort] = rank.trained.fit.trees?.trees.count ?? 0;
      const { unit } = rank.trained.fit;
      const opened = await exported(window);
      const label = windowLabel(window.symbol, window.start, window.end);
      expect(opened.metadata.window.label).to.equal(label);
      if (Object.values(departuresOf(opened)).some((value) => value !== 0)) adapted += 1;
      const rows = predicted(window);
      expect(rows.length, label).to.be.above(50);
      const found = predict(
        opened,
        tableOf(window.symbol),
        rows.map(({ row }) => row),
        explainedOf(window.symbol, rank),
      );
      rows.forEach(({ probability, score }, at) => {
        expect(found.probability[at], `${label} probability`).to.be.closeTo(probability, PROBABILITY);
        expect(found.score[at], `${label} score`).to.be.closeTo(score, RANK * unit);
      });
      opened.model.dispose();
    }
    expect(trees).to.deep.equal([TREE_SETTINGS.rounds, RANDOM_TREES, 0]);
    expect(adapted).to.be.above(0);
  });

  it('are the same on TensorFlow.js’ own backend', async () => {
    const window = run.windows[20];
    if (window === undefined) throw new RangeError('there is no such window');
    const before = tf.getBackend();
    const { rank } = await priorOf(2);
    await tf.setBackend('cpu');
    try {
      const opened = await exported(window);
      const rows = predicted(window).slice(0, 20);
      const found = predict(
        opened,
        tableOf(window.symbol),
        rows.map(({ row }) => row),
        explainedOf(window.symbol, rank),
      );
      rows.forEach(({ probability, score }, at) => {
        expect(found.probability[at]).to.be.closeTo(probability, PROBABILITY);
        expect(found.score[at]).to.be.closeTo(score, RANK * rank.trained.fit.unit);
      });
      opened.model.dispose();
    } finally {
      await tf.setBackend(before);
    }
  });

  it('are computed without TensorFlow from the same files, and by onnxruntime', async () => {
    for (const place of [0, SYMBOLS.length, 2 * SYMBOLS.length]) {
      const window = run.windows[place];
      if (window === undefined) throw new RangeError('there is no such window');
      const { rank } = await priorOf(place / SYMBOLS.length);
      const opened = await exported(window, '--out', `network-${place}`);
      const read = (file: string): Promise<Buffer> => readFile(path.join(folder, `network-${place}`, file));
      const network = readLayersNetwork('model.json', await read('model.json'), await read('weights.bin'));
      expect(network.metadata).to.deep.equal(opened.metadata);
      const table = tableOf(window.symbol);
      const rows = predicted(window).map(({ row }) => row);
      const explained = explainedOf(window.symbol, rank);
      const expected = predict(opened, table, rows, explained);
      const { features, relative, ranks, state } = table;
      const given: Readonly<Record<string, Float32Array>> = { features, relative, ranks, state, explained };
      const columns = Object.fromEntries(
        network.inputs.map(({ name, width }) => [
          name,
          Float32Array.from(
            rows.flatMap((row) => [...(given[name]?.subarray(row * width, (row + 1) * width) ?? [])]),
          ),
        ]),
      );
      const found = network.predict(columns, rows.length);
      const file = await read('model.onnx');
      expect(readOnnx('model.onnx', file).layers).to.deep.equal(network.layers);
      const onnx = await onnxOutputs(file, network.inputs, columns, rows.length);
      rows.forEach((_, at) => {
        expect(found['probability']?.[at]).to.be.closeTo(expected.probability[at] ?? NaN, 1e-6);
        expect(onnx['probability']?.[at]).to.be.closeTo(found['probability']?.[at] ?? NaN, 1e-6);
        expect(onnx['score']?.[at]).to.be.closeTo(found['score']?.[at] ?? NaN, 1e-6);
        expect(found['score']?.[at]).to.be.closeTo(expected.score[at] ?? NaN, RANK * rank.trained.fit.unit);
      });
      opened.model.dispose();
    }
  });

  it('have the departures of their window in them: planted ones of both heads', async () => {
    await plantDepartures(run.home, 1);
    const { trained, rank } = await priorOf(1);
    for (const window of run.windows.slice(SYMBOLS.length, SYMBOLS.length + 4)) {
      const table = tableOf(window.symbol);
      const opened = await exported(window, '--out', `planted-${window.symbol}`);
      const departures = departuresOf(opened);
      const by = (name: string): number => departures[name] ?? NaN;
      expect(Object.values(departures).every((value) => value !== 0)).to.equal(true);
      const rows = Int32Array.from(predicted(window), ({ row }) => row);
      const [scales = new Float32Array(0)] = windowScales(trained.scale, [{ table, rows }], 256);
      const [logit] = logitParts([trained.fit], trained.scalers, table, rows, scales);
      const [ranks = new Float32Array(0)] = rankParts(rank, 'fit', [{ table, rows }]);
      const explained = explainedOf(window.symbol, rank);
      expect(rows.every((row) => explained[row] !== 0)).to.equal(true);
      const found = predict(opened, table, [...rows], explained);
      rows.forEach((_, at) => {
        const expected =
          (logit?.constant ?? NaN) +
          by('probability.shift') +
          (1 + by('probability.scale')) * (logit?.scale[at] ?? NaN) +
          (1 + by('probability.relative')) * (logit?.relative[at] ?? NaN);
        expect(found.probability[at]).to.be.closeTo(sigmoid(expected), PROBABILITY);
        const predictedRank = RANK_PARTS.reduce(
          (sum, part, place) =>
            sum + (1 + by(`score.${part}`)) * (ranks[at * RANK_PARTS.length + place] ?? NaN),
          by('score.shift'),
        );
        const { unit } = rank.trained.fit;
        const taken = explained[rows[at] ?? -1] ?? NaN;
        expect(found.score[at]).to.be.closeTo(unit * predictedRank - taken, RANK * unit);
      });
      opened.model.dispose();
    }
  });

  it('say where they come from and what goes in and out, and are the same bytes again', async () => {
    const [window] = run.windows;
    if (window === undefined) throw new RangeError('there is no window');
    const { model, metadata } = await exported(window, '--out', 'once');
    expect(model.inputNames).to.deep.equal(metadata.inputs.map(({ name }) => name));
    expect(model.outputNames).to.have.length(2);
    expect(metadata.outputs.map(({ name }) => name)).to.deep.equal(['probability', 'score']);
    const columns = Object.fromEntries(metadata.inputs.map(({ name, columns: names }) => [name, names]));
    const { names, relativeColumns, rankNames, stateNames } = run.table;
    expect(columns).to.deep.equal({
      features: names,
      relative: relativeColumns.map((column) => names[column]),
      ranks: rankNames,
      state: stateNames,
      explained: ['explained_score'],
    });
    const index = teachIndexSchema.parse(JSON.parse(await readFile(run.home.teachIndex(RUN), 'utf8')));
    expect(metadata.units).to.deep.equal({ prior: index.priors[0], teacher: index.real[0] });
    expect(metadata).to.include({ run: RUN, entry: 'next-open' });
    expect(metadata.label.text).to.equal(
      '1 where the price rises more than 2 % from the next open in 5 bars',
    );
    model.dispose();

    const inside = addDays(window.start, 40);
    expect((await command([RUN, window.symbol.toLowerCase(), inside, '--out', 'twice'])).status).to.equal(0);
    expect(readdirSync(path.join(folder, 'twice')).sort()).to.deep.equal(FILES);
    for (const file of FILES)
      expect(await readFile(path.join(folder, 'twice', file))).to.deep.equal(
        await readFile(path.join(folder, 'once', file)),
      );
  });

  it('come from one model a shard, with a leading window dimension, and few files', async () => {
    const index = teachIndexSchema.parse(JSON.parse(await readFile(run.home.teachIndex(RUN), 'utf8')));
    for (const ref of index.real) {
      const shard = await manifestOf(run.home, ref);
      expect(Object.keys(shard.outputs)).to.have.length.at.most(6);
      const { arrays, metadata } = await readModel(run.home, shard, TEACHERS_FORMAT);
      expect(metadata).to.have.property('windows').with.length(SYMBOLS.length);
      const shapes = Object.fromEntries(arrays.map(({ name, shape }) => [name, shape]));
      const windows = SYMBOLS.length;
      expect(shapes).to.deep.equal({
        'probability/select': [windows, 3],
        'probability/fit': [windows, 3],
        'probability/strengths': [windows],
        'score/select': [windows, 4],
        'score/fit': [windows, 4],
        'score/strengths': [windows],
      });
    }
  });

  describe('of wrong input', () => {
    const refused = async (args: readonly string[], message: RegExp): Promise<void> => {
      const before = readdirSync(folder).sort();
      const { status, stdout, stderr } = await command(args);
      expect(stderr).to.match(message);
      expect({ status, stdout }).to.deep.equal({ status: 2, stdout: '' });
      expect(readdirSync(folder).sort()).to.deep.equal(before);
    };
    let items: readonly PlanItem[];
    let first: PlanItem;
    before(() => {
      items = run.windows;
      const [window] = items;
      if (window === undefined) throw new RangeError('there is no window');
      first = window;
    });
    afterEach(() => writePlan(run.home, items));

    it('is refused: a run, symbol or date that there is not', async () => {
      await refused(
        ['exportet', 'M000', first.start],
        /there is no run exportet \(did you mean exported\?\)/,
      );
      await refused([RUN, 'M00', first.start], /symbol: .*no window of M00 \(did you mean M000/);
      await refused(
        [RUN, 'M000', '2019-01-01'],
        /date: no window of M000 .*contains 2019-01-01; its windows are M000_/,
      );
      await refused([RUN, 'M000', '2021-02-30'], /date: must be an existing date YYYY-MM-DD, not 2021-02-30/);
    });

    it('is refused: a date in several windows, unless one starts on it', async () => {
      const start = addDays(first.start, 30);
      const other = { ...first, start, end: addDays(first.end, 30) };
      await writePlan(run.home, [first, other]);
      await refused(
        [RUN, 'M000', addDays(start, 1)],
        /date: 2 windows of M000 .*: M000_\S+, M000_\S+\. Name the start of one/,
      );
      await refused([RUN, 'M000', start], /window M000_\S+ has no model yet/);
    });

    it('is refused: windows that were skipped or failed', async () => {
      await writePlan(run.home, [{ ...first, status: 'skipped', reason: 'not_listed', detail: null }]);
      await refused(
        [RUN, 'M000', first.start, '--out', 'new'],
        /window M000_\S+ has no model: it was skipped \(not_listed\)/,
      );
      await writePlan(run.home, [{ ...first, status: 'failed', reason: 'BadSchema', detail: 'a jump' }]);
      await refused(
        [RUN, 'M000', first.start, '--out', 'new'],
        /has no model: it failed \(BadSchema: a jump\)/,
      );
      await writePlan(run.home, items);
      const lines = await readFile(run.home.teacherRuns(RUN), 'utf8');
      const line = {
        ...{ symbol: 'M000', window: windowLabel('M000', first.start, first.end) },
        ...{ status: 'failed', error: 'Diverged', message: 'not finite' },
      };
      writeFileSync(run.home.teacherRuns(RUN), `${lines}${JSON.stringify(line)}\n`);
      await refused(
        [RUN, 'M000', first.start, '--out', 'new'],
        /has no model: it failed \(Diverged: not finite\)/,
      );
      writeFileSync(run.home.teacherRuns(RUN), lines);
    });

    it('is refused: a folder that is not empty, or a file', async () => {
      mkdirSync(path.join(folder, 'full'));
      writeFileSync(path.join(folder, 'full', 'mine'), 'text');
      writeFileSync(path.join(folder, 'a-file'), 'text');
      await refused([RUN, 'M000', first.start, '--out', 'full'], /the folder \S+full is not empty/);
      expect(readdirSync(path.join(folder, 'full'))).to.deep.equal(['mine']);
      await refused([RUN, 'M000', first.start, '--out', 'a-file'], /a file or link has this name/);
    });

    it('is refused: models of another format', async () => {
      await withFormat(run.home, 2, 'gurukul-teachers-2');
      const window = items[2 * SYMBOLS.length];
      await refused(
        [RUN, 'M000', window?.start ?? '', '--out', 'new'],
        /the models of run exported are in the format gurukul-teachers-2, and this version of gurukul exports gurukul-teachers-3/,
      );
    });
  });
});

/** What a window departs by, by `head.direction`. */
function departuresOf({ metadata }: OpenModel): Record<string, number> {
  return Object.fromEntries(
    Object.entries(metadata.departures).flatMap(([head, own]) =>
      Object.entries(own).map(([direction, value]) => [`${head}.${direction}`, value]),
    ),
  );
}
