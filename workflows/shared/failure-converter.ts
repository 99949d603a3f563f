import { DefaultFailureConverter } from '@temporalio/common';

import { EncodedFailureConverter } from '../contract/encoded-failure-converter.js';

/**
 * Converts failures that workflow code throws. A worker that encrypts sets `gurukulEncodesFailures` before the
 * bundle's code runs; then messages and stack traces travel as payloads, which its codec encrypts. Otherwise
 * everyone who can see the history can read them.
 */
export const failureConverter =
  'gurukulEncodesFailures' in globalThis ? new EncodedFailureConverter() : new DefaultFailureConverter();
