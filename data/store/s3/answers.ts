import { S3ServiceException } from '@aws-sdk/client-s3';

/** What a server has answered that is not what was asked for. */
export interface Answer {
  /** HTTP status; undefined where it has not answered. */
  readonly status: number | undefined;
  /** Such as `NoSuchKey`. */
  readonly code: string | undefined;
}

/** The answer in an error of the client. */
export function answerOf(error: unknown): Answer {
  return error instanceof S3ServiceException
    ? { status: error.$metadata.httpStatusCode, code: error.name }
    : { status: undefined, code: undefined };
}
