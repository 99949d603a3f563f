import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { policyDigest, readReleasePolicy } from '../../../data/decisions/read-release-policy.js';
import { InvalidInputError } from '../../../data/errors.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { rejection } from '../../support/rejection.js';

describe('the release policy of a home', () => {
  let home: Home;
  beforeEach(async () => {
    home = new Home(await mkdtemp(path.join(tmpdir(), 'gurukul-policy-')));
  });
  afterEach(async () => {
    await rm(home.root, { recursive: true });
  });
  const read = async () => readReleasePolicy(home, packageRoot);
  const refused = async (content: string): Promise<readonly string[]> => {
    await writeFile(home.policy(), content);
    return (await rejection(read(), InvalidInputError)).problems;
  };

  it('is the project’s own where the home has none', async () => {
    expect(await read()).to.deep.equal({
      ...{ version: 1, allowAuthorToApprove: false, expiryDays: 30, reminderDays: 7, shadowSessions: 20 },
      triggers: {
        ...{ drift: 0.25, calibration: 0.05, icIntervalBelowZero: true, maxAgeDays: 180, demote: false },
      },
    });
    await writeFile(home.policy(), '{"examination": {}}');
    expect((await read()).expiryDays).to.equal(30);
  });

  it('is the home’s where it says otherwise, field by field, and has a digest', async () => {
    const before = policyDigest(await read());
    const release = { version: 1, expiryDays: 5, triggers: { maxAgeDays: null, demote: true } };
    await writeFile(home.policy(), JSON.stringify({ release }));
    const policy = await read();
    expect(policy).to.include({ expiryDays: 5, reminderDays: 7 });
    expect(policy.triggers).to.include({ maxAgeDays: null, demote: true, drift: 0.25 });
    expect(policyDigest(policy)).to.not.equal(before);
  });

  it('is refused with every wrong field, and how a right one is', async () => {
    const wrong = { expiryDays: 0, allowAuthor: true, triggers: { drift: 'much' } };
    const problems = await refused(JSON.stringify({ release: wrong }));
    expect(problems).to.have.length(4);
    for (const field of ['release.version', 'release.expiryDays', 'release.triggers.drift', 'allowAuthor'])
      expect(problems.join('\n')).to.contain(field);
    expect(problems.join('\n')).to.contain(home.policy());
    expect(await refused('{')).to.have.length(1);
    expect((await refused('[]'))[0]).to.match(/policy\.json must hold a JSON object such as \{"release"/);
  });
});
