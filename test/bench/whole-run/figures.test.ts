import { expect } from 'chai';

import { InvalidInputError } from '../../../data/errors.js';
import { runStatus } from '../../support/run-status.js';
import { runBenchArguments } from './arguments.js';
import { growth, missedLimits, runFigures } from './figures.js';
import type { MeasuredRun } from './measured-run.js';
import type { PeerRun } from './peer.js';
import { runReport } from './report.js';
import { otherWork } from './same-work.js';

const work = { trained: 571, rows: 58_280, baseRate: 0.31, logLoss: 0.609, neutral5: 0.195 };

describe('figures of whole runs', () => {
  const measured = {
    whole700: run(700, 12),
    csv700: run(700, 10),
    peer700: peer(700, 9),
    whole10k: run(10_010, 100),
    peer10k: peer(10_010, 160),
    whole40k: run(40_040, 520),
  };

  it('compare the peer with the run that reads the same files', () => {
    const figures = runFigures(measured);
    expect(figures).to.include({ whole700: 12, ratio700: 0.9, ratio10k: 1.6, cpuRatio10k: 1.6 });
    expect(figures.start).to.deep.equal({ whole700: 4, whole10k: 4, whole40k: 4 });
    expect(figures).to.include({ peakRssMb: 900, totalPssMb: 2_000, loopDelayMs: 40, incremental: null });
    expect(figures.costs.map(({ windows }) => windows)).to.deep.equal([700, 10_010, 40_040]);
  });

  it('have the growth of a window’s time', () => {
    expect(growth({ windows: 100, seconds: 10 }, { windows: 400, seconds: 46 })).to.equal(0.15);
    expect(growth(undefined, { windows: 400, seconds: 46 })).to.equal(null);
  });

  it('name every limit that is missed, and none that was not measured', () => {
    const slow = runFigures({ ...measured, whole10k: run(10_010, 130), whole40k: run(40_040, 700) });
    expect(missedLimits(slow).map((line) => line.split(' ')[0])).to.deep.equal([
      'whole10k',
      'ratio10k',
      'growth40k',
    ]);
    expect(missedLimits(runFigures(measured)).map((line) => line.split(' ')[0])).to.deep.equal(['growth40k']);
    expect(missedLimits(runFigures({}))).to.deep.equal([]);
  });

  it('are reported with the measured parts alone', () => {
    const text = runReport(measured, runFigures(measured)).join('\n');
    expect(text)
      .to.match(/default run +700 +4\.0/)
      .and.to.match(/peer in Python, 10,010 windows/);
    expect(text).to.not.include('one more session');
    expect(runReport({}, runFigures({})).join('\n')).to.include('All limits hold');
  });

  it('are only worth something where the peer has done the same work', () => {
    expect(otherWork(work, { ...work, trained: 575, logLoss: 0.6055 })).to.deep.equal([]);
    const other = otherWork(work, { ...work, rows: 50_000, logLoss: 0.62, neutral5: 0.1 });
    expect(other.map((line) => line.split(':')[0])).to.deep.equal(['rows', 'logLoss', 'neutral5']);
    expect(otherWork(work, { ...work, neutral5: NaN })).to.have.length(1);
  });

  it('are of the parts that were asked for', () => {
    expect([...runBenchArguments([]).parts]).to.deep.equal(['700', 'real', 'incremental', '10k', '40k']);
    expect([...runBenchArguments(['--without-40k']).parts]).to.not.include('40k');
    const { parts, peer: withPeer } = runBenchArguments(['--only', '10k,700', '--without-peer']);
    expect([...parts]).to.deep.equal(['700', '10k']);
    expect(withPeer).to.equal(false);
    expect(() => runBenchArguments(['--only', '700,7'])).to.throw(InvalidInputError, 'not 7');
    expect(() => runBenchArguments(['--fast'])).to.throw(InvalidInputError, '--fast');
  });
});

function run(windows: number, seconds: number): MeasuredRun {
  return {
    status: runStatus('r', { students: 6 }),
    ...{ windows, seconds, start: 4, cpuSeconds: 2 * seconds, totalPssMb: 2_000 },
    phases: { plan: 1, teach: seconds - 1 },
    cpu: { plan: 1, teach: 2 * seconds - 1 },
    peakRssMb: { trainer: 900, server: 200 },
    loopDelays: { worker: 40 },
    bytes: { models: 1_000 * windows },
  };
}

function peer(planned: number, seconds: number): PeerRun {
  const { trained, ...figures } = work;
  return { seconds, cpuSeconds: 2 * seconds, phases: { bars: 1 }, windows: { planned, trained }, figures };
}
