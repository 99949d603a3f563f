import { expect } from 'chai';

import { ProcessTally, cpuUntil } from './process-meter.js';
import type { ProcessSample } from './process-tree.js';
import { parseMib, parseStat, roleOf, sampleTree, treeBelow } from './process-tree.js';

describe('processes of a whole run', () => {
  it('are those below the command, at any depth', () => {
    const parents = new Map([
      [1, 0],
      [10, 1],
      [11, 10],
      [12, 11],
      [20, 1],
    ]);
    expect(treeBelow(10, parents)).to.deep.equal([10, 11, 12]);
  });

  it('are read from the kernel, whatever their name is', () => {
    const rest = '4 4 0 -1 4194560 1 0 0 0 250 50 0 0 20 0 1 0 100';
    expect(parseStat(`42 (a) b (c)) S 7 ${rest}`)).to.deep.equal({ parent: 7, cpuSeconds: 3 });
    expect(parseStat('')).to.equal(undefined);
    const rollup = 'Rss:  4096 kB\nPss:                2048 kB\nPss_Anon:   1024 kB\n';
    expect(parseMib(rollup, 'Pss')).to.equal(2);
    expect(parseMib(rollup, 'VmHWM')).to.equal(0);
  });

  it('are named by what they do', () => {
    expect(roleOf(['/usr/bin/node', 'dist/workers/main.js', '--role', 'train'])).to.equal('worker train');
    expect(roleOf(['node', '/x/workers/trainer/child.js'])).to.equal('trainer');
    expect(roleOf(['/x/temporal', 'server', 'start-dev'])).to.equal('server');
    expect(roleOf(['node', '/x/client-bundle/main.js', 'run'])).to.equal('client');
    expect(roleOf(['/bin/sh', '-c', 'true'])).to.equal('sh');
  });

  it('include this one, with memory and processor time', function () {
    if (process.platform !== 'linux') this.skip();
    const own = sampleTree(process.pid).find(({ pid }) => pid === process.pid);
    expect(own?.pssMb).to.be.above(1);
    expect(own?.peakRssMb).to.be.at.least(own?.pssMb ?? Infinity);
    expect(own?.cpuSeconds).to.be.above(0);
  });

  it('add up: the largest of a role, the most of all at once, the time of those that have ended', () => {
    const tally = new ProcessTally();
    const of = (pid: number, role: string, mb: number, cpuSeconds: number): ProcessSample => ({
      ...{ pid, role, pssMb: mb, peakRssMb: 2 * mb, cpuSeconds },
    });
    tally.add(1_000, [of(1, 'trainer', 100, 1), of(2, 'trainer', 300, 2)]);
    tally.add(3_000, [of(1, 'trainer', 150, 4), of(3, 'client', 50, 1)]);
    const { peakRssMb, totalPssMb, cpu } = tally.use();
    expect(peakRssMb).to.deep.equal({ trainer: 600, client: 100 });
    expect(totalPssMb).to.equal(400);
    expect(cpu).to.deep.equal([
      { at: 1_000, seconds: 3 },
      { at: 3_000, seconds: 7 },
    ]);
    expect([0, 1_000, 2_000, 9_000].map((at) => cpuUntil(cpu, at))).to.deep.equal([3, 3, 5, 7]);
    expect(cpuUntil([], 5)).to.equal(0);
  });
});
