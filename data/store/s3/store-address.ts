import { InvalidInputError } from '../../errors.js';
import { isRelativePath } from '../../schemas/relative-path.js';

/** Where a home's store is, if it is not the home's folder. */
export interface StoreAddress {
  readonly bucket: string;
  /** What the names of all objects begin with: empty, or with a slash at the end. */
  readonly prefix: string;
}

const ADDRESS = /^s3:\/\/(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(?<prefix>.*?))?\/?$/;

/**
 * The store that `GURUKUL_STORE` names, `s3://BUCKET` or `s3://BUCKET/PREFIX`; undefined where it names none.
 *
 * @throws InvalidInputError when it is neither.
 */
export function storeAddress(env: NodeJS.ProcessEnv): StoreAddress | undefined {
  const given = env['GURUKUL_STORE'] ?? '';
  if (given === '') return undefined;
  const { bucket, prefix = '' } = ADDRESS.exec(given)?.groups ?? {};
  if (bucket === undefined || (prefix !== '' && !isRelativePath(prefix)))
    throw new InvalidInputError([
      `GURUKUL_STORE ${JSON.stringify(given.slice(0, 80))} is no store: give s3://BUCKET or s3://BUCKET/PREFIX, or leave it out for the home's folder`,
    ]);
  return { bucket, prefix: prefix === '' ? '' : `${prefix}/` };
}
