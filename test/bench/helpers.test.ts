import { expect } from 'chai';

import { InvalidInputError } from '../../data/errors.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import { qualityArguments, teachArguments } from './arguments.js';
import { cliRatios } from './cli-times.js';
import { inOrder, sameRows, windowRate } from './forecasts.js';
import type { ForwardWindow } from './forward-rows.js';
import { phaseClock } from './phase-clock.js';
import { decimals, meanAndDeviation, rounded, tableLines } from './table.js';
import { medianRun, teachFigures } from './teach-figures.js';
import type { PeerSpeed } from './window-peers.js';

describe('helpers of the benchmarks', () => {
  describe('arguments', () => {
    it('parses those of bench:teach', () => {
      expect(teachArguments([])).to.deep.equal({ json: false, quick: false });
      expect(teachArguments(['--quick', '--json'])).to.deep.equal({ json: true, quick: true });
    });

    it('parses those of bench:quality, with an absolute folder', () => {
      expect(qualityArguments(['--bars', '/bars', '--seeds', '2', '--from', '2021-01-01'])).to.deep.equal({
        json: false,
        bars: '/bars',
        seeds: 2,
        from: '2021-01-01',
        to: '2024-12-31',
        entry: 'next-open',
      });
      expect(qualityArguments(['--bars', '/bars', '--entry', 'close']).entry).to.equal('close');
    });

    it('reports every wrong argument at once', () => {
      expect(() => qualityArguments(['--seeds', '0', '--to', '2024-02-30', '--entry', 'open']))
        .to.throw(InvalidInputError)
        .with.property('problems')
        .that.satisfies((problems: string[]) =>
          ['--bars', '--seeds', '--to', '--entry'].every((name, i) => problems[i]?.startsWith(name)),
        );
      expect(() => teachArguments(['--fast'])).to.throw(InvalidInputError, '--fast');
    });
  });

  describe('times of short commands', () => {
    it('are compared by their medians, each with the least program of its kind', () => {
      const ratios = cliRatios([
        { name: 'bare node', ms: [40, 50, 900] },
        { name: '--help', ms: [100, 90, 100] },
        { name: 'bare client', ms: [200, 400] },
        { name: 'status', ms: [330, 330] },
      ]);
      expect(ratios).to.deep.equal({
        ...{ helpRatio: 2, usageErrorRatio: null, planHelpRatio: null },
        ...{ statusRatio: 1.1, runningStatusRatio: null, listRatio: null },
      });
    });
  });

  describe('tables', () => {
    it('align the first column to the left and the others to the right', () => {
      expect(
        tableLines([
          ['name', 'n'],
          ['a', '1'],
          ['longer', '1000'],
        ]),
      ).to.deep.equal(['name       n', '──────  ────', 'a          1', 'longer  1000']);
    });

    it('show unknown values as a dash', () => {
      expect([decimals(null, 2), decimals(NaN, 2), decimals(1.005, 1)]).to.deep.equal(['–', '–', '1.0']);
      expect([rounded(Infinity), rounded(123456.7)]).to.deep.equal([null, 123460]);
    });

    it('have a standard deviation from two values on', () => {
      expect(meanAndDeviation([1, null, 3])).to.deep.equal({ mean: 2, deviation: Math.SQRT2 });
      expect(meanAndDeviation([4])).to.deep.equal({ mean: 4, deviation: null });
      expect(meanAndDeviation([null])).to.deep.equal({ mean: null, deviation: null });
    });
  });

  it('sums the time of jobs by phase: step 0 starts a phase, later steps end in theirs', () => {
    let now = 0;
    const clock = phaseClock(() => now);
    const after = (seconds: number, act: () => void): void => {
      now += 1000 * seconds;
      act();
    };
    clock.begin();
    after(1, () => clock.note({ phase: 'features', step: 0, steps: 1 }));
    after(2, () => clock.note({ phase: 'features', step: 1, steps: 1 }));
    after(32, () => clock.note({ phase: 'choose', step: 1, steps: 1 }));
    after(4, () => clock.note({ phase: 'fit', step: 1, steps: 2 }));
    after(8, () => clock.note({ phase: 'write', step: 0, steps: 1 }));
    after(16, () => clock.end());
    expect(clock.seconds()).to.deep.equal({
      other: 1,
      features: 2,
      choose: 32,
      fit: 12,
      predict: 0,
      write: 16,
    });
  });

  it('computes the figures of bench:teach from the faster of each peer', () => {
    const peer = (windows: number, startSeconds: number): PeerSpeed => ({
      processes: 1,
      windows,
      startSeconds,
      seconds: 6,
      cpuSeconds: 5,
    });
    const ours = { windows: 600, startSeconds: 2, seconds: 4, peakRssMb: 300 };
    expect(
      teachFigures({
        ours: { ...ours, trainers: 2, cpuSeconds: 3.75, phases: { choose: 1.6 } },
        first: { windows: 600, startSeconds: 1, seconds: 5, peakRssMb: 300 },
        sizes: [ours, { windows: 6000, startSeconds: 2, seconds: 44, peakRssMb: 900 }],
        subprocess: [peer(2, 0), peer(3, 0)],
        together: [peer(400, 2), peer(300, 0)],
        kernels: { products: 1, taught: { seconds: 5 } },
      }),
    ).to.deep.equal({
      windowsPerMinute: 9000,
      peerWindowsPerMinute: 30,
      ratio: 300,
      inProcessWindowsPerMinute: 4000,
      inProcessRatio: 2.25,
      firstRun: { windowsPerMinute: 7200, ratio: 240, inProcessWindowsPerMinute: 4000, inProcessRatio: 1.8 },
      fromStart: { windowsPerMinute: 6000, ratio: 200, inProcessWindowsPerMinute: 3000, inProcessRatio: 2 },
      growth10k: 1.1,
      peakRssMb: 900,
      floorShare: 0.2,
      choiceSeconds: 0.8,
      choiceShare: 0.2,
      inProcessCpuRatio: 2,
    });
  });

  it('selects the run with the median time', () => {
    const runs = [5, 1, 3].map((seconds) => ({ windows: 600, startSeconds: 0, seconds }));
    expect(medianRun(runs).seconds).to.equal(3);
    expect(medianRun(runs.slice(0, 1)).seconds).to.equal(5);
    expect(() => medianRun([])).to.throw(RangeError);
  });

  describe('forecasts', () => {
    const two = predictionsOf(['A', 'B'], 0);
    const three = predictionsOf(['A', 'B', 'C'], 1);

    it('of several seeds are reduced to the windows that all of them predict', () => {
      const [, cut] = sameRows([two, three]);
      expect(cut?.window).to.deep.equal(two.window);
      expect(() => sameRows([two, { ...two, date: two.date.map(() => '2024-01-01') }])).to.throw(
        'different rows',
      );
    });

    it('of peers are reordered from window order into the order of the predictions', () => {
      const window = (symbol: number, predicted: readonly number[]): ForwardWindow => ({
        label: '',
        symbol,
        fit: new Int32Array(0),
        forward: new Int32Array(predicted.length),
        predicted,
      });
      const cohorts = [
        { prior: [], ranked: [], windows: [window(0, [0, 2]), window(1, [1])] },
        { prior: [], ranked: [], windows: [window(0, [3])] },
      ];
      expect([...inOrder(Float64Array.of(0.1, 0.3, 0.2, 0.4), cohorts)]).to.deep.equal([0.1, 0.2, 0.3, 0.4]);
    });

    it('of the base rate are never 0 or 1', () => {
      expect(windowRate(two)).to.deep.equal([0.005, 0.005]);
      expect(windowRate(three)).to.deep.equal([0.995, 0.995, 0.995]);
    });
  });
});

/** One forward row of each symbol. */
function predictionsOf(symbols: readonly string[], baseRate: number): Predictions {
  return {
    symbol: [...symbols],
    date: symbols.map(() => '2023-01-02'),
    window: symbols.map((symbol) => `${symbol}_2022-07-01_to_2022-12-28`),
    model: symbols.map(() => 'teacher' as const),
    split: symbols.map(() => 'forward' as const),
    probability: symbols.map(() => 0.5),
    score: symbols.map(() => 0),
    label: symbols.map(() => 0),
    forwardReturn: symbols.map(() => 0),
    baseRate: symbols.map(() => baseRate),
  };
}
