import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import fc from 'fast-check';
import { z } from 'zod';

import { GurukulError } from '../../../data/errors.js';
import { armFaults } from '../../../data/faults.js';
import type { FileRef } from '../../../data/schemas/file-ref.js';
import { writeRef } from '../../../data/store/files.js';
import { Home } from '../../../data/store/home.js';
import { parseJsonLines } from '../../../data/store/json-lines.js';
import { sealUnit } from '../../../data/store/units.js';
import { addRunLines } from '../../../data/telemetry/run-lines.js';
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
  const told = (): string[] =>
    parseJsonLines(readFileSync(file, 'utf8'), lineSchema).map(
      ({ unit: key, window, status }) => `${key} ${window} ${status}`,
    );

  it('are told once, however often a unit is', async () => {
    const units = [await unit(0), await unit(1), await unit(2)];
    for (const round of [units, [...units].reverse(), units])
      for (const manifest of round) await addRunLines(home, file, manifest);
    expect(told()).to.deep.equal(
      [0, 1, 2].flatMap((shard) => ['A', 'B'].map((name) => `key-${shard} ${name}${shard} succeeded`)),
    );
  });

  it('are told again where windows came out otherwise, or the unit was trained anew', async () => {
    await addRunLines(home, file, await unit(0, 'key', 'failed'));
    await addRunLines(home, file, await unit(1));
    await addRunLines(home, file, await unit(0, 'key', 'succeeded'));
    const anew = await unit(0, 'other');
    await addRunLines(home, file, anew);
    await addRunLines(home, file, anew);
    expect(told().filter((line) => line.includes('A0'))).to.deep.equal([
      'key A0 failed',
      'key A0 succeeded',
      'other A0 succeeded',
    ]);
  });

  it('survive a kill at any byte: what is torn or missing is told again, and nothing twice', async () => {
    await addRunLines(home, file, await unit(0));
    const before = readFileSync(file).length;
    const second = await unit(1);
    await addRunLines(home, file, second);
    const whole = readFileSync(file);
    const expected = told().sort();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: before, max: whole.length }), async (cut) => {
        // As a kill leaves it: the note says "being told", and a part of the lines is there.
        writeFileSync(path.join(folder(1), 'told.json'), JSON.stringify({ from: before, until: null }));
        writeFileSync(file, whole.subarray(0, cut));
        await addRunLines(home, file, second);
        expect(told().sort()).to.deep.equal(expected);
        await addRunLines(home, file, second);
        expect(told().sort()).to.deep.equal(expected);
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
    expect(told()).to.have.length(4);
  });

  it('are told again where the file is lost', async () => {
    const units = [await unit(0), await unit(1)];
    for (const manifest of units) await addRunLines(home, file, manifest);
    const before = told();
    rmSync(file);
    for (const manifest of [...units].reverse()) await addRunLines(home, file, manifest);
    expect(told().sort()).to.deep.equal(before.sort());
    for (const manifest of units) await addRunLines(home, file, manifest);
    expect(told()).to.have.length(before.length);
  });
});
