import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import fc from 'fast-check';

import type { TrialScope } from '../../../data/telemetry/trial-ledger.js';
import { countTrials, enterTrials } from '../../../data/telemetry/trial-ledger.js';
import { Home } from '../../../data/store/home.js';

const scope: TrialScope = { bars: 'abc', interval: '1day', horizon: 5, threshold: 0.02, entry: 'close' };

describe('the ledger of trials', () => {
  let home: Home;
  beforeEach(() => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-trials-')));
  });
  afterEach(() => {
    rmSync(home.root, { recursive: true });
  });
  const lines = (): string[] => readFileSync(home.trials(), 'utf8').trimEnd().split('\n');

  it('counts nothing where nothing was tried', async () => {
    expect(await countTrials(home, scope)).to.equal(0);
    expect(await enterTrials(home, 'r', scope, [])).to.equal(0);
  });

  it('counts a configuration once, under whatever run id and however often', async () => {
    expect(await enterTrials(home, 'a', scope, [{ seed: 7 }, { seed: 8 }, { seed: 7 }])).to.equal(2);
    expect(await enterTrials(home, 'b', scope, [{ seed: 8 }, { seed: 9 }])).to.equal(1);
    expect(await enterTrials(home, 'a', scope, [{ seed: 7 }, { seed: 8 }])).to.equal(0);
    expect(await countTrials(home, scope)).to.equal(3);
    expect(lines()).to.have.length(3);
  });

  it('keeps bars and labels apart', async () => {
    await enterTrials(home, 'a', scope, [{ seed: 7 }]);
    for (const other of [
      { ...scope, bars: 'abd' },
      { ...scope, horizon: 6 },
      { ...scope, threshold: 0.03 },
      { ...scope, lowerBarrier: 0.02 },
      { ...scope, entry: 'next-open' as const },
      { ...scope, interval: '5minute' as const },
    ]) {
      expect(await countTrials(home, other)).to.equal(0);
      await enterTrials(home, 'a', other, [{ seed: 7 }]);
      expect(await countTrials(home, other)).to.equal(1);
    }
    expect(await countTrials(home, scope)).to.equal(1);
  });

  it('passes over a torn line, and counts one that two processes have written once', async () => {
    await enterTrials(home, 'a', scope, [{ seed: 7 }]);
    const [line = ''] = lines();
    appendFileSync(home.trials(), `${line}\n${line.slice(0, 40)}`);
    await enterTrials(home, 'b', scope, [{ seed: 8 }]);
    expect(await countTrials(home, scope)).to.equal(2);
  });

  it('counts the distinct configurations of any history of runs', async () => {
    const history = fc.array(
      fc.array(fc.record({ seed: fc.nat({ max: 5 }), strength: fc.nat({ max: 2 }) })),
      {
        maxLength: 5,
      },
    );
    await fc.assert(
      fc.asyncProperty(history, async (runs) => {
        rmSync(home.trials(), { force: true });
        for (const [run, configurations] of runs.entries())
          await enterTrials(home, `run${run}`, scope, configurations);
        const distinct = new Set(runs.flat().map(({ seed, strength }) => `${seed} ${strength}`));
        expect(await countTrials(home, scope)).to.equal(distinct.size);
      }),
      { numRuns: 30 },
    );
  });
});
