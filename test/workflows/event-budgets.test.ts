import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { Home } from '../../data/store/home.js';
import { MOST_EVENTS } from '../../workflows/shared/history-length.js';
import { overBudget } from '../bench/scale-report.js';
import type { ScaleFigures } from '../bench/scale-run.js';
import { runAtScale } from '../bench/scale-run.js';
import { mostEvents } from './event-budgets.js';

/** So many cohorts that their list does not fit in one payload. */
const SIZE = { symbols: 300, windows: 64 };

describe('the event budgets', function () {
  this.timeout(600_000);
  let folder: string;
  let figures: ScaleFigures;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-budgets-'));
    figures = await runAtScale(new Home(folder), SIZE);
  });
  after(() => rmSync(folder, { recursive: true }));

  it('hold for a run of every workflow, and no payload is large', () => {
    expect(figures.status.phase).to.equal('done');
    expect(figures.status.windows.succeeded).to.equal(SIZE.symbols * SIZE.windows);
    expect(overBudget(figures)).to.deep.equal([]);
  });

  it('are reported when they are exceeded', () => {
    const [first, ...others] = figures.types;
    expect(first?.workflow).to.equal('trainUniverse');
    const types = [
      { workflow: 'trainUniverse', executions: 1, events: 2_000, longest: 2_000 } as const,
      ...others,
    ];
    const largestPayload = { bytes: 5_000, where: 'somewhere' };
    expect(overBudget({ ...figures, types, largestPayload })).to.deep.equal([
      'trainUniverse: 2000 events, above its budget of 1636',
      'a payload of 5000 bytes (somewhere), above 4096',
    ]);
    const many = { ...figures, symbols: 10_000, windows: 100, events: 100_001 };
    expect(overBudget(many)).to.include('0.100 events a window, above 0.1');
  });

  it('are never above the limit of one history', () => {
    expect(mostEvents('trainUniverse', 1_000_000)).to.equal(MOST_EVENTS);
  });
});
