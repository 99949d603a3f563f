import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import fc from 'fast-check';

import { InvalidInputError } from '../../../data/errors.js';
import { policyText, readPolicy } from '../../../data/policy/read-policy.js';
import { GATES, policySchema } from '../../../data/schemas/policy.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';

describe('the policy of an examination', () => {
  let home: Home;
  beforeEach(() => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-policy-')));
  });
  afterEach(() => rmSync(home.root, { recursive: true }));

  const write = (content: unknown): void => writeFileSync(home.policy(), JSON.stringify(content));
  const refusal = async (): Promise<readonly string[]> => {
    try {
      await readPolicy(home, packageRoot);
    } catch (error) {
      if (error instanceof InvalidInputError) return error.problems;
      throw error;
    }
    return [];
  };

  it("is the project's own where the home has none, or none of examinations", async () => {
    const standard = await readPolicy(home, packageRoot);
    expect(Object.keys(standard.gates)).to.deep.equal([...GATES]);
    write({ release: { version: 1, allowAuthorToApprove: true } });
    expect(await readPolicy(home, packageRoot)).to.deep.equal(standard);
    write({});
    expect(await readPolicy(home, packageRoot)).to.deep.equal(standard);
    // The file of a run holds it all, in one form.
    expect(policySchema.parse(JSON.parse(policyText(standard)))).to.deep.equal(standard);
  });

  it("changes what the home's section says, and nothing else", async () => {
    const standard = await readPolicy(home, packageRoot);
    write({
      examination: {
        version: 1,
        gates: { ranks: { limits: { pValue: 0.01 }, why: 'stricter' }, net: { materiality: 0.1, why: 'x' } },
      },
    });
    const own = await readPolicy(home, packageRoot);
    expect(own.gates.ranks).to.deep.equal({
      limits: { ...standard.gates.ranks.limits, pValue: 0.01 },
      materiality: standard.gates.ranks.materiality,
      why: 'stricter',
    });
    expect(own.gates.net).to.deep.equal({ ...standard.gates.net, materiality: 0.1, why: 'x' });
    for (const id of ['evidence', 'no_leak', 'calibrated', 'complete', 'reproducible'] as const)
      expect(own.gates[id]).to.deep.equal(standard.gates[id]);
  });

  it('names every wrong field at once', async () => {
    write({
      examination: {
        version: 2,
        gates: {
          ranks: { limits: { pValue: 5, extra: 1 }, why: 'x' },
          net: { limits: { deflated: 'high' } },
          nonsense: {},
        },
      },
      other: true,
    });
    const problems = (await refusal()).join('\n');
    for (const part of [
      `${home.policy()}: examination.version: must be one of 1`,
      'examination.gates.ranks.limits.pValue: must be at most 1',
      'extra',
      'examination.gates.net.limits.deflated: must be of type number',
      'examination.gates.net.why',
      'nonsense',
      'other',
    ])
      expect(problems).to.include(part);
    for (const line of problems.split('\n')) expect(line).to.match(/policy\.json: /);
  });

  it('refuses what is no JSON, or no object', async () => {
    writeFileSync(home.policy(), '{"examination": ');
    expect((await refusal())[0]).to.match(/policy\.json is not JSON: /);
    for (const value of [null, [], 3, 'text']) {
      write(value);
      expect((await refusal())[0]).to.match(/policy\.json: must be of type object/);
    }
  });

  it('reads any file or names what is wrong with it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        writeFileSync(home.policy(), text);
        const problems = await refusal();
        if (problems.length === 0) policySchema.parse(await readPolicy(home, packageRoot));
        else for (const problem of problems) expect(problem.startsWith(home.policy())).to.equal(true);
      }),
      { numRuns: 60 },
    );
  });
});
