import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { z } from 'zod';

import { InvalidInputError, errorMessage, systemErrorCode } from '../errors.js';
import { parseInput } from '../schemas/parse-input.js';
import type { GateId, HomePolicy, Policy } from '../schemas/policy.js';
import { GATES, homePolicySchema, policySchema } from '../schemas/policy.js';
import { canonicalJson } from '../store/digests.js';
import type { Home } from '../store/home.js';
import { readBounded, tooLargeText } from '../store/read-bounded.js';

/**
 * The policy that an examination in this home is made by: the project's own, with what the section `examination` of the
 * home's `policy.json` says otherwise.
 *
 * @throws InvalidInputError naming every wrong field.
 */
export async function readPolicy(home: Home, packageRoot: string): Promise<Policy> {
  const file = path.join(packageRoot, 'data', 'reference', 'policies', 'promotion-policy.json');
  const standard = policySchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const own = readHomePolicy(home)?.examination;
  if (own === undefined) return standard;
  const gates = GATES.map((id): readonly [GateId, unknown] => {
    const [rule, change] = [standard.gates[id], own.gates[id]];
    return [id, { ...rule, ...change, limits: { ...rule.limits, ...change?.limits } }];
  });
  return policySchema.parse({ version: standard.version, gates: Object.fromEntries(gates) });
}

/** The policy as a file of a run and its bundle. */
export function policyText(policy: Policy): string {
  const sorted: unknown = JSON.parse(canonicalJson(policy));
  return `${JSON.stringify(sorted, null, 2)}\n`;
}

/**
 * The home's own `policy.json`; undefined where there is none.
 *
 * @throws InvalidInputError naming every wrong field.
 */
function readHomePolicy(home: Home): HomePolicy | undefined {
  const file = home.policy();
  const content = contentOf(file);
  if (content === undefined) return undefined;
  // Wrapped, so that what is wrong with the whole file is named with it, too.
  const { policy } = parseInput(
    z.strictObject({ policy: homePolicySchema }),
    { policy: content },
    (field) => {
      const inside = field.split('.').slice(1).join('.');
      return inside === '' ? file : `${file}: ${inside}`;
    },
  );
  return policy;
}

function contentOf(file: string): unknown {
  try {
    const text = readBounded(file);
    if (text === undefined) throw new InvalidInputError([tooLargeText(file)]);
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof InvalidInputError) throw error;
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    const why = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new InvalidInputError([`${file} ${why}: ${errorMessage(error).replace(/\s+/g, ' ')}`]);
  }
}
