import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { withoutSecrets } from '../data/secrets/secrets.js';
import { programDigest } from '../data/store/code-version.js';

const SHA_LETTERS = 12;
const DIGEST_LETTERS = 8;

/**
 * Names the build that this program is, for worker versioning: the commit and a digest of the compiled
 * program, as `3f2a91c4d0e1-9b2c4d7e`, so that two builds of one commit with changes in between differ.
 * Outside of a git checkout the digest alone, as `code-9b2c4d7e`. `GURUKUL_BUILD_ID` overrides both.
 *
 * @param packageRoot The checkout; a git repository that merely lies around it does not count.
 */
export async function buildId(packageRoot: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const named = env['GURUKUL_BUILD_ID'];
  if (named !== undefined && named !== '') return named;
  const digest = (await programDigest()).slice(0, DIGEST_LETTERS);
  return `${(await commitOf(packageRoot)) ?? 'code'}-${digest}`;
}

async function commitOf(packageRoot: string): Promise<string | undefined> {
  try {
    const args = ['-C', packageRoot, 'rev-parse', '--show-cdup', `--short=${SHA_LETTERS}`, 'HEAD'];
    const { stdout } = await promisify(execFile)('git', args, { env: withoutSecrets(process.env) });
    // The way up to the top of the checkout is empty at its top.
    return /^\n([0-9a-f]+)\n$/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}
