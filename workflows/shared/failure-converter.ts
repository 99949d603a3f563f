import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Failures that workflow code throws. A worker that encrypts puts `ENCODES_FAILURES` before the
 * bundle's code, and their messages and stack traces travel as payloads, which its codec encrypts; without
 * it they stay readable for everyone who looks at the history.
 */
export const failureConverter = new DefaultFailureConverter({
  encodeCommonAttributes: 'gurukulEncodesFailures' in globalThis,
});
