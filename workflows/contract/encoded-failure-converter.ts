import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Puts messages and stack traces of failures into payloads, which a codec encrypts, and gives them back.
 *
 * An error that came as a failure keeps it, and the SDK's converter encodes that very object. An error that is
 * thrown twice, say by an update and by its workflow, would be encoded twice, and both failures would hold the
 * text "Encoded failure" for a message. So each conversion works on a copy.
 */
export class EncodedFailureConverter extends DefaultFailureConverter {
  constructor() {
    super({ encodeCommonAttributes: true });
  }

  override errorToFailureInner(
    ...args: Parameters<DefaultFailureConverter['errorToFailureInner']>
  ): ReturnType<DefaultFailureConverter['errorToFailureInner']> {
    return { ...super.errorToFailureInner(...args) };
  }
}
