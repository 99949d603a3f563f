import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';

import { InvalidInputError, storeUnavailable } from '../../errors.js';
import { answerOf } from './answers.js';
import type { StoreAddress } from './store-address.js';

const CONNECT_MS = 5_000;
/** Without a byte from either side. */
const SILENCE_MS = 60_000;
/** Of one request, with growing delays between them. */
const ATTEMPTS = 4;
/** Servers of one's own have no regions, and are asked for one. */
const ANY_REGION = 'us-east-1';

const FORBIDDEN = 403;
const NOT_FOUND = 404;
const MOVED = 301;

/**
 * A client of the server that the environment names by the variables of AWS's own programs. Credentials come from there
 * alone: no file is read, and no metadata service is asked.
 *
 * @throws InvalidInputError when a variable is missing, or the server has no such bucket or refuses the credentials.
 * @throws GurukulError StoreUnavailable when the server does not answer.
 */
export async function connectS3(address: StoreAddress, env: NodeJS.ProcessEnv): Promise<S3Client> {
  const endpoint = env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL'];
  const region = env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? (endpoint === undefined ? '' : ANY_REGION);
  const accessKeyId = env['AWS_ACCESS_KEY_ID'] ?? '';
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'] ?? '';
  const sessionToken = env['AWS_SESSION_TOKEN'];
  const missing = Object.entries({
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: region,
  }).filter(([, value]) => value === '');
  if (missing.length > 0)
    throw new InvalidInputError(
      missing.map(([name]) => `GURUKUL_STORE names a bucket, and ${name} is not set: set it, too`),
    );
  // Which versions of Node.js later releases need concerns whoever pins this one, and no user.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const client = new S3Client({
    region,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    maxAttempts: ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
  });
  await checkBucket(client, address, endpoint ?? region);
  return client;
}

async function checkBucket(client: S3Client, { bucket }: StoreAddress, where: string): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    const { status } = answerOf(error);
    if (status === NOT_FOUND)
      throw new InvalidInputError([
        `there is no bucket ${bucket} at ${where}: create it, or correct GURUKUL_STORE`,
      ]);
    if (status === FORBIDDEN)
      throw new InvalidInputError([
        `${where} refuses bucket ${bucket} to these credentials: correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or what they may do`,
      ]);
    if (status === MOVED)
      throw new InvalidInputError([
        `bucket ${bucket} is in another region than ${where}: correct AWS_REGION`,
      ]);
    throw storeUnavailable(`reach bucket ${bucket} at ${where}`, error);
  }
}
