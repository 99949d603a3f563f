import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import fc from 'fast-check';
import { z } from 'zod';

import { GurukulError } from '../../../data/errors.js';
import { armFaults } from '../../../data/fault-injection.js';
import type { FileRef } from '../../../data/schemas/file-ref.js';
import type { PlanItem } from '../../../data/schemas/plan.js';
import { writeRef } from '../../../data/store/file-refs.js';
import { Home } from '../../../data/store/home.js';
import { parseJsonLines } from '../../../data/store/json-lines.js';
import { sealUnit } from '../../../data/store/units.js';
import { addPlanLines, addRunLines } from '../../../data/telemetry/run-lines.js';
import { rejection } from '../../support/rejection.js';

describe("a run's lines of windows", () => {
  let home: Home;
  let file: string;
  beforeEach(() => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-lines-')));
    file = home.teacherRuns('r');
  });
  afterEach(() => {
    armFaults([]);
    rmSync(home.root, { recursive: true });
  });

  const folder = (shard: number): string => home.shardDir('r', 'c', 'real', shard);

  /** A shard of two windows; `key` and `status` change with what was trained. */
  async function unit(shard: number, key = `key-${shard}`, status = 'succeeded'): Promise<FileRef> {
    const lines = ['A', 'B'].map((name) => `${JSON.stringify({ window: `${name}${shard}`, status })}\n`);
    const windows = await writeRef(home, path.join(folder(shard), 'windows.jsonl'), lines.join(''), 2);
    return sealUnit(home, path.join(folder(shard), 'unit.json'), { key, outputs: { windows }, summary: {} });
  }

  const lineSchema = z.object({ unit: z.string(), window: z.string(), status: z.string() });
  const recorded = (): string[] =>
    parseJsonLines(readFileSync(file, 'utf8'), lineSchema).map(
      ({ unit: key, window, status }) => `${key} ${window} ${status}`,
    );

  it('are added once, however often a unit is', async () => {
    const units = [await unit(0), await unit(1), await unit(2)];
    for (const round of [units, [...units].reverse(), units])
      for (const manifest of round) await addRunLines(home, file, manifest);
    expect(recorded()).to.deep.equal(
      [0, 1, 2].flatMap((shard) => ['A', 'B'].map((name) => `key-${shard} ${name}${shard} succeeded`)),
    );
  });

  it('are added again where windows came out otherwise, or the unit was trained again', async () => {
    await addRunLines(home, file, await unit(0, 'key', 'failed'));
    await addRunLines(home, file, await unit(1));
    await addRunLines(home, file, await unit(0, 'key', 'succeeded'));
    const again = await unit(0, 'other');
    await addRunLines(home, file, again);
    await addRunLines(home, file, again);
    expect(recorded().filter((line) => line.includes('A0'))).to.deep.equal([
      'key A0 failed',
      'key A0 succeeded',
      'other A0 succeeded',
    ]);
  });

  it('survive a kill at any byte: what is torn or missing is added again, and nothing twice', async () => {
    await addRunLines(home, file, await unit(0));
    const before = readFileSync(file).length;
    const second = await unit(1);
    await addRunLines(home, file, second);
    const whole = readFileSync(file);
    const expected = recorded().sort();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: before, max: whole.length }), async (cut) => {
        // As a kill leaves it: the note says "being added", and a part of the lines is there.
        writeFileSync(path.join(folder(1), 'told.json'), JSON.stringify({ from: before, until: null }));
        writeFileSync(file, whole.subarray(0, cut));
        await addRunLines(home, file, second);
        expect(recorded().sort()).to.deep.equal(expected);
        await addRunLines(home, file, second);
        expect(recorded().sort()).to.deep.equal(expected);
      }),
      { numRuns: 40 },
    );
  });

  it('are looked for from where they may begin when nobody knows how many were added', async () => {
    const manifest = await unit(0);
    armFaults([{ at: 'store.append', do: 'EIO' }]);
    await rejection(addRunLines(home, file, manifest), GurukulError);
    // Another shard's lines come first now; those of this one are found behind them, whole or not.
    await addRunLines(home, file, await unit(1));
    const note: unknown = JSON.parse(readFileSync(path.join(folder(0), 'told.json'), 'utf8'));
    expect(note).to.deep.equal({ from: 0, until: null });
    await addRunLines(home, file, manifest);
    await addRunLines(home, file, manifest);
    expect(recorded()).to.have.length(4);
  });

  it('include the windows that the plan leaves out, each once with its reason', async () => {
    const item = (
      symbol: string,
      status: 'skipped' | 'failed' | 'trainable',
      reason: PlanItem['reason'],
    ): PlanItem => ({
      symbol,
      start: '2023-01-01',
      end: '2023-06-30',
      status,
      reason,
      detail: status === 'trainable' ? null : `why of ${symbol}`,
      bars: 0,
    });
    const items = [
      item('A', 'trainable', null),
      item('B', 'skipped', 'not_listed'),
      item('C', 'failed', 'BadSchema'),
    ];
    const plan = { windows: 3, trainable: 1, skipped: {}, failed: {}, cohorts: [], shards: 0, items };
    await addPlanLines(home, 'r', plan);
    await addRunLines(home, file, await unit(0));
    await addPlanLines(home, 'r', plan);
    const lines = parseJsonLines(readFileSync(file, 'utf8'), z.looseObject({ unit: z.string() }));
    expect(lines.slice(0, 2).map(({ at: _at, ...line }) => line)).to.deep.equal([
      {
        unit: 'plan',
        symbol: 'B',
        window: 'B_2023-01-01_to_2023-06-30',
        status: 'skipped',
        reason: 'not_listed',
        error: null,
        message: 'why of B',
      },
      {
        unit: 'plan',
        symbol: 'C',
        window: 'C_2023-01-01_to_2023-06-30',
        status: 'failed',
        reason: 'BadSchema',
        error: 'BadSchema',
        message: 'why of C',
      },
    ]);
    expect(lines).to.have.length(4);
    // Started again with other bars: the window is skipped for another reason now.
    await addPlanLines(home, 'r', { ...plan, items: [item('B', 'skipped', 'no_bars')] });
    expect(recorded().at(-1)).to.equal('plan B_2023-01-01_to_2023-06-30 skipped');
  });

  it('call a window skipped that had no rows to train on', async () => {
    const line = { window: 'A', symbol: 'A', status: 'failed', error: 'DataGap', message: '0 rows' };
    const windows = await writeRef(home, path.join(folder(0), 'windows.jsonl'), JSON.stringify(line), 1);
    const sealed = { key: 'k', outputs: { windows }, summary: {} };
    await addRunLines(home, file, await sealUnit(home, path.join(folder(0), 'unit.json'), sealed));
    const [added] = parseJsonLines(readFileSync(file, 'utf8'), z.looseObject({ unit: z.string() }));
    expect(added).to.include({ status: 'skipped', reason: 'insufficient_data', message: '0 rows' });
  });

  it('are added again where the file is lost', async () => {
    const units = [await unit(0), await unit(1)];
    for (const manifest of units) await addRunLines(home, file, manifest);
    const before = recorded();
    rmSync(file);
    for (const manifest of [...units].reverse()) await addRunLines(home, file, manifest);
    expect(recorded().sort()).to.deep.equal(before.sort());
    for (const manifest of units) await addRunLines(home, file, manifest);
    expect(recorded()).to.have.length(before.length);
  });
});
