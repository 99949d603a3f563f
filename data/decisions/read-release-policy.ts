import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { InvalidInputError, errorMessage, systemErrorCode } from '../errors.js';
import { parseInput } from '../schemas/parse-input.js';
import type { ReleasePolicy } from '../schemas/release-policy.js';
import { releasePolicySchema, releaseSectionSchema } from '../schemas/release-policy.js';
import { canonicalJson, sha256 } from '../store/digests.js';
import type { Home } from '../store/home.js';
import { readBounded, tooLargeText } from '../store/read-bounded.js';

/**
 * The release policy of a home: the project's own, with what the section `release` of the home's `policy.json` says
 * otherwise.
 *
 * @throws InvalidInputError naming every wrong field.
 */
export async function readReleasePolicy(home: Home, packageRoot: string): Promise<ReleasePolicy> {
  const file = path.join(packageRoot, 'data', 'reference', 'policies', 'release-policy.json');
  const standard = releasePolicySchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const section = homeSection(home);
  if (section === undefined) return standard;
  const own = parseInput(releaseSectionSchema, section, (field) => `${home.policy()}: release.${field}`);
  return releasePolicySchema.parse({
    ...standard,
    ...own,
    triggers: { ...standard.triggers, ...own.triggers },
  });
}

/** SHA-256 of the policy's canonical JSON. */
export function policyDigest(policy: ReleasePolicy): string {
  return sha256(canonicalJson(policy));
}

/** @returns Undefined where the home has no policy of its own, or none of releases. */
function homeSection(home: Home): unknown {
  const file = home.policy();
  const refuse = (why: string): never => {
    throw new InvalidInputError([`${file} ${why}`]);
  };
  let content: unknown;
  try {
    const text = readBounded(file);
    if (text === undefined) return refuse(tooLargeText(file).slice(file.length + 1));
    content = JSON.parse(text);
  } catch (error) {
    if (error instanceof InvalidInputError) throw error;
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    const why = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    return refuse(`${why}: ${errorMessage(error).replace(/\s+/g, ' ')}`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    return refuse(
      'must hold a JSON object such as {"release": {"version": 1, "allowAuthorToApprove": true}}',
    );
  return 'release' in content ? content.release : undefined;
}
