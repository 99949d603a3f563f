import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { expect } from 'chai';

import type { ErrorPolicy, ErrorType } from '../../data/errors.js';
import {
  ERROR_POLICIES,
  ERROR_TYPES,
  GurukulError,
  InvalidInputError,
  NON_RETRYABLE,
  retryDelayMs,
} from '../../data/errors.js';
import { asFailure } from '../../workers/activity-failures.js';
import { heartbeatTimeoutFor } from '../../workflows/contract/profiles.js';
import { allProfiles } from '../support/all-profiles.js';

/** What the design says of every error type, written down a second time so that a change is noticed. */
const EXPECTED: Readonly<Record<ErrorType, ErrorPolicy>> = {
  DataGap: { retry: false, outcome: 'skip' },
  RateLimited: { retry: true, nextDelayMs: 60_000, outcome: 'fail' },
  ProviderDown: { retry: true, nextDelayMs: 30_000, outcome: 'fail' },
  BadSchema: { retry: false, outcome: 'fail' },
  WrongTicker: { retry: false, outcome: 'fail' },
  Diverged: { retry: false, outcome: 'fail' },
  OutOfMemory: { retry: true, nextDelayMs: 1_000, outcome: 'fail' },
  TrainerCrashed: { retry: true, nextDelayMs: 1_000, outcome: 'fail' },
  ChecksumMismatch: { retry: true, nextDelayMs: 1_000, outcome: 'fail' },
  StoreUnavailable: { retry: true, nextDelayMs: 5_000, maxDelayMs: 300_000, outcome: 'fail' },
  InvalidInput: { retry: false, outcome: 'fail' },
  Cancelled: { retry: false, outcome: 'cancel' },
  Bug: { retry: false, outcome: 'fail' },
};

describe('errors at the edge of Temporal', () => {
  for (const type of ERROR_TYPES) {
    it(`${type} becomes a failure that is ${EXPECTED[type].retry ? '' : 'not '}retried`, () => {
      expect(ERROR_POLICIES[type]).to.deep.equal(EXPECTED[type]);
      const failure = asFailure(new GurukulError(type, 'why'));
      expect(failure).to.be.instanceOf(ApplicationFailure);
      expect(failure).to.deep.include({ type, message: 'why', nonRetryable: !EXPECTED[type].retry });
      expect(failure).to.have.property('nextRetryDelay', EXPECTED[type].nextDelayMs);
      expect(NON_RETRYABLE.includes(type)).to.equal(!EXPECTED[type].retry);
    });
  }

  it('a disk error is not a Bug, wherever it occurred', () => {
    for (const code of ['ENOSPC', 'EIO', 'EROFS'])
      expect(asFailure(Object.assign(new Error(code), { code }))).to.deep.include({
        type: 'StoreUnavailable',
        nonRetryable: false,
      });
    expect(asFailure(Object.assign(new Error('x'), { code: 'ENOENT' }))).to.have.property('type', 'Bug');
  });

  it('an unavailable store is retried with growing delays', () => {
    const delays = { 1: 5_000, 2: 10_000, 3: 20_000, 20: 300_000 };
    for (const [attempt, delay] of Object.entries(delays))
      expect(asFailure(new GurukulError('StoreUnavailable', 'x'), Number(attempt))).to.have.property(
        'nextRetryDelay',
        delay,
      );
  });

  it('anything else is a Bug', () => {
    expect(asFailure(new TypeError('x is undefined'))).to.deep.include({ type: 'Bug', nonRetryable: true });
    expect(asFailure('thrown text')).to.have.property('message', 'thrown text');
  });

  it('a cancellation stays a cancellation', () => {
    const cancelled = new CancelledFailure('stop');
    expect(asFailure(cancelled)).to.equal(cancelled);
  });

  it('bad input keeps its list of problems', () => {
    expect(asFailure(new InvalidInputError(['a', 'b']))).to.deep.include({
      details: [['a', 'b']],
      message: 'a\nb',
    });
  });
});

describe('activity profiles', () => {
  for (const [name, profile] of Object.entries(allProfiles)) {
    it(`${name} bounds one attempt and all of them, and never retries what cannot help`, () => {
      expect(profile.startToCloseTimeout, 'startToClose').to.not.equal(undefined);
      expect(profile.scheduleToCloseTimeout, 'scheduleToClose').to.not.equal(undefined);
      expect(profile.retry?.nonRetryableErrorTypes).to.deep.equal([...NON_RETRYABLE]);
      if (name !== 'meta') expect(profile.heartbeatTimeout, 'heartbeat').to.not.equal(undefined);
      // Its workflow tries again itself, under a new lease of the provider's quota.
      if (name === 'fetch') return;
      expect(profile.retry?.maximumAttempts, 'attempts').to.be.greaterThan(1);
      const attempts = profile.retry?.maximumAttempts ?? 0;
      const waits = Array.from(
        { length: attempts - 1 },
        (_, gone) => retryDelayMs('StoreUnavailable', gone + 1) ?? 0,
      );
      expect(
        waits.reduce((sum, wait) => sum + wait, 0),
        'backoff for a store that is not available, in ms',
      ).to.be.at.least(5 * 60_000);
    });
  }

  it('allow a step on a whole run the time that its rows take between heartbeats, and a small run little', () => {
    const daily = { windowDays: 180, interval: '1day' } as const;
    expect(heartbeatTimeoutFor({ ...daily, windows: 12 })).to.be.within(30_000, 31_000);
    // The longest part of 937 windows took 6.1 s on a busy machine.
    expect(heartbeatTimeoutFor({ ...daily, windows: 937 })).to.be.within(8 * 6_100, 100_000);
    expect(heartbeatTimeoutFor({ windows: 10, windowDays: 180, interval: '5minute' })).to.equal(
      heartbeatTimeoutFor({ ...daily, windows: 750 }),
    );
    expect(heartbeatTimeoutFor({ ...daily, windows: 1_000_000 }), 'at most one attempt').to.equal(3_600_000);
  });
});
