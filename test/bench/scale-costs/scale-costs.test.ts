import { expect } from 'chai';
import fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { InvalidInputError } from '../../../data/errors.js';
import { rejection } from '../../support/rejection.js';
import type { RunCosts } from '../whole-run/figures.js';
import { calculateRun, secondsOn, windowsWithin } from './calculated-run.js';
import { costTables } from './cost-table.js';
import { readUnitCosts } from './read-costs.js';
import { costOfRun, unitCosts } from './unit-costs.js';

const orchestration = { seconds: 60, activities: 9_000, events: 43_000, databaseBytes: 24 * 1024 * 1024 };

describe('costs of runs that were not made', () => {
  it('explain both runs that they come from', () => {
    const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(amount, amount, fc.integer({ min: 1, max: 50 }), (perCohort, perWindow, cohorts) => {
        const known = { perCohort, perWindow };
        const of = (windows: number): RunCosts =>
          costs(windows, cohorts, costOfRun(known, { windows, cohorts }));
        const found = unitCosts(of(700), of(10_010)).cpu['teach'] ?? { perCohort: NaN, perWindow: NaN };
        for (const windows of [700, 10_010]) {
          const expected = costOfRun(known, { windows, cohorts });
          expect(costOfRun(found, { windows, cohorts })).to.be.closeTo(expected, 1e-6 * (1 + expected));
        }
      }),
    );
  });

  it('give a window nothing where more windows cost no more', () => {
    expect(unitCosts(costs(700, 6, 30), costs(10_010, 6, 24)).cpu['teach']).to.deep.equal({
      perCohort: 4,
      perWindow: 0,
    });
  });

  it('are refused where cohorts and windows cannot be told apart', () => {
    expect(() => unitCosts(costs(700, 6, 1), costs(10_010, 7, 1))).to.throw(RangeError);
    expect(() => unitCosts(costs(700, 6, 1), costs(700, 6, 1))).to.throw(RangeError);
  });

  it('divide what spreads among the cores of all machines, and nothing else', () => {
    // 100 s for 1,000 windows and 2 s a cohort, of which the same again is one machine's.
    const unit = unitCosts(costs(1_000, 10, 120), costs(2_000, 10, 220));
    const run = calculateRun(unit, { windows: 10_000, cohorts: 10 }, orchestration);
    expect(run.spreadCpu).to.be.closeTo(1_020, 1e-9);
    expect(run.singleSeconds).to.be.closeTo(1_020, 1e-9);
    expect(secondsOn(run, 1)).to.be.closeTo(510 + 1_020 + 60, 1e-9);
    expect(secondsOn(run, 10)).to.be.closeTo(51 + 1_020 + 60, 1e-9);
    expect(run.usefulMachines).to.be.closeTo(0.5, 1e-9);
    expect(run.bytes).to.equal(1_000 * 10_000);
    expect(run.memoryMb).to.be.closeTo(200 + 10_000 / 10, 1e-9);
    expect(windowsWithin(unit, 1_200)).to.equal(10_000);
    expect(windowsWithin({ memory: { fixed: 100, perWindow: 0 } }, 1_200)).to.equal(Infinity);
  });

  it('stand in two Markdown tables', () => {
    const unit = unitCosts(costs(1_000, 10, 120), costs(2_000, 10, 220));
    const lines = costTables(unit, calculateRun(unit, { windows: 1_000_000, cohorts: 100 }, orchestration));
    expect(lines).to.include('| processor seconds of teach | 2 | 100 |');
    expect(lines).to.include('| a run of | 1,000,000 windows in 100 cohorts |');
    expect(lines).to.include('| activities | 9,000 |');
    expect(lines.filter((line) => line.startsWith('| from bars to bundle'))).to.have.length(4);
  });

  it('are read from the last line of what the benchmark of whole runs printed', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'costs-'));
    try {
      const file = path.join(folder, 'run.txt');
      const printed = { whole700: 1, costs: [costs(2_000, 10, 220), costs(1_000, 10, 120)] };
      await writeFile(file, `a table\n${JSON.stringify(printed)}\n`);
      expect((await readUnitCosts(file)).cpu['teach']?.perWindow).to.be.closeTo(0.1, 1e-12);
      await writeFile(file, 'a table\n');
      const error = await rejection(readUnitCosts(file), InvalidInputError);
      expect(error.message).to.include('--unit-costs');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

function costs(windows: number, cohorts: number, seconds: number): RunCosts {
  return {
    ...{ windows, cohorts, bytes: { models: 1_000 * windows }, peakRssMb: 200 + windows / 10 },
    ...{ seconds: { validate: seconds }, cpu: { teach: seconds } },
  };
}
