import { spawnSync } from 'node:child_process';
import os from 'node:os';

import { expect } from 'chai';

import { silenceText } from '../../../client/cli/worker-silence.js';

const NOW = Date.UTC(2024, 0, 3);
const HINT = 'start one with: gurukul worker';

/** Who asked for work so many seconds ago. */
const poller = (identity: string, seconds: number) => ({
  identity,
  lastAccessTime: { seconds: NOW / 1000 - seconds },
});

describe('why a run does not answer', () => {
  it('is that its worker is busy, where one has just asked for work', () => {
    const busy = 'the worker is busy and answers late (it last asked for work 12 s ago)';
    expect(silenceText([poller('7@elsewhere', 50), poller('8@elsewhere', 12)], HINT, NOW)).to.equal(busy);
    expect(silenceText([poller(`${process.pid}@${os.hostname()}`, 12)], HINT, NOW)).to.equal(busy);
  });

  it('is that there is no worker, where none has asked for long, or its process has ended', () => {
    const none = 'no worker answers: start one with: gurukul worker';
    const ended = spawnSync(process.execPath, ['-e', '']).pid;
    expect(silenceText([], HINT, NOW)).to.equal(none);
    expect(silenceText([poller('7@elsewhere', 90)], HINT, NOW)).to.equal(none);
    expect(silenceText([poller(`${ended}@${os.hostname()}`, 2)], HINT, NOW)).to.equal(none);
  });
});
