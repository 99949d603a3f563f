import { expect } from 'chai';

import { createRateMeter } from '../../../client/cli/rate.js';

describe('the rate of a run', () => {
  it('is unknown until something was done', () => {
    const meter = createRateMeter();
    meter.add(0, 0);
    meter.add(1_000, 0);
    expect(meter.perMinute()).to.equal(undefined);
    expect(meter.etaMs(10)).to.equal(undefined);
    expect(meter.etaMs(0)).to.equal(0);
  });

  it('is what was done over the time it took, and gives the time that is left', () => {
    const meter = createRateMeter();
    meter.add(0, 0);
    meter.add(30_000, 256);
    meter.add(60_000, 300);
    expect(meter.perMinute()).to.equal(300);
    expect(meter.etaMs(600)).to.equal(120_000);
  });

  it('forgets what is long ago', () => {
    const meter = createRateMeter(60_000);
    meter.add(0, 0);
    meter.add(1_000, 10_000);
    for (let minute = 1; minute <= 5; minute += 1) meter.add(minute * 60_000, 10_000 + minute * 100);
    expect(meter.perMinute()).to.equal(100);
  });

  it('starts again when a count falls', () => {
    const meter = createRateMeter();
    meter.add(0, 0);
    meter.add(60_000, 500);
    meter.add(70_000, 10);
    meter.add(130_000, 60);
    expect(meter.perMinute()).to.equal(50);
  });
});
