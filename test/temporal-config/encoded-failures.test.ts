import { ApplicationFailure, defaultPayloadConverter } from '@temporalio/common';
import { expect } from 'chai';

import { errorMessage } from '../../data/errors.js';
import { failureConverter } from '../../temporal-config/encoded-failures.js';

describe('failures whose messages are payloads', () => {
  const toFailure = (error: unknown): ReturnType<typeof failureConverter.errorToFailure> =>
    failureConverter.errorToFailure(error, defaultPayloadConverter);
  const toError = (failure: ReturnType<typeof toFailure>): Error =>
    failureConverter.failureToError(failure, defaultPayloadConverter);

  it('show no message outside', () => {
    const failure = toFailure(ApplicationFailure.create({ message: 'no such run', type: 'InvalidInput' }));
    expect(failure.message).to.equal('Encoded failure');
    expect(failure.stackTrace).to.equal('');
  });

  it('keep their message, however often the same error is passed on', () => {
    const cause = new Error('the disk is full');
    const received = toError(
      toFailure(ApplicationFailure.create({ message: 'no such run', type: 'InvalidInput', cause })),
    );
    // An update and its workflow both fail with the error that an activity sent.
    const failures = [toFailure(received), toFailure(received)];
    for (const failure of failures) {
      const error = toError(failure);
      expect(error.message).to.equal('no such run');
      expect(errorMessage(error.cause)).to.equal('the disk is full');
      expect(error).to.have.property('type', 'InvalidInput');
    }
    expect(received.message).to.equal('no such run');
  });
});
