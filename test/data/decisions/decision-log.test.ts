import type { KeyObject } from 'node:crypto';
import { generateKeyPairSync } from 'node:crypto';
import { cp, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import type { Decision } from '../../../data/schemas/decision.js';
import { decisionFileSchema } from '../../../data/schemas/decision.js';
import { sealDecision } from '../../../data/decisions/sealed-decision.js';
import { publicKeyPem, signStatement, signingKey } from '../../../data/signing/signing.js';
import { readLog } from '../../../data/decisions/decision-log.js';
import { appendDecision, readDecisions, refreshChampion } from '../../../data/decisions/decisions.js';
import { canonicalJson, sha256 } from '../../../data/store/digests.js';
import { readJson, writeJson } from '../../../data/store/files.js';
import { Home } from '../../../data/store/home.js';

const draft = (run: string): Omit<Decision, 'number' | 'previous'> => ({
  run,
  bundle: `release/audit_${run}`,
  bundleDigest: sha256(run),
  verdict: 'approved',
  by: 'A',
  reason: 'r',
  at: '2025-01-02T03:04:05.000Z',
  id: `request ${run}`,
});

describe('the log of decisions', () => {
  let home: Home;
  let key: KeyObject;
  beforeEach(async () => {
    home = new Home(await mkdtemp(path.join(tmpdir(), 'gurukul-decisions-')));
    key = await signingKey(home.signingKey());
    for (const run of ['run_a', 'run_b', 'run_c']) await appendDecision(home, draft(run), key);
  });
  afterEach(async () => {
    await rm(home.root, { recursive: true });
  });

  /** Readers and writers refuse alike; nothing is built on a broken log. */
  async function refusal(): Promise<string> {
    const files = await everything();
    const messages = new Set<string>();
    for (const attempt of [
      async () => readDecisions(home),
      async () => appendDecision(home, draft('run_z'), key),
      async () => refreshChampion(home),
    ]) {
      const error: unknown = await attempt().catch((reason: unknown) => reason);
      expect(error).to.have.property('type', 'ChecksumMismatch');
      messages.add(error instanceof Error ? error.message : '');
    }
    expect(await everything()).to.deep.equal(files);
    expect(messages.size).to.equal(1);
    return [...messages].join();
  }
  async function everything(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const name of (await readdir(home.root, { recursive: true })).sort())
      if (name.endsWith('.json')) found[name] = await readFile(path.join(home.root, name), 'utf8');
    return found;
  }
  const runs = async (): Promise<string[]> => (await readDecisions(home)).map(({ run }) => run);
  async function stored(number: number): Promise<Decision> {
    const file = await readJson(home.decision(number), decisionFileSchema);
    if (file === undefined) throw new Error(`no decision ${number}`);
    return file.decision;
  }

  it('keeps one signed head, in another folder', async () => {
    expect(await runs()).to.deep.equal(['run_a', 'run_b', 'run_c']);
    expect(await readdir(home.decisionsHeads())).to.deep.equal(['000003.json']);
    const { head, end } = await readLog(home);
    expect(head).to.deep.equal(end);
    expect(head).to.deep.equal({ number: 3, digest: sha256(await readFile(home.decision(3))) });
  });

  for (const number of [1, 2, 3])
    it(`refuses an edited decision ${number} and names it`, async () => {
      const file = home.decision(number);
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replace('"approved"', '"rejected"'));
      expect(await refusal()).to.contain(`${file} was changed after it was signed`);
    });

  for (const number of [1, 2, 3])
    it(`refuses a decision ${number} that a foreign key signed`, async () => {
      const foreign = generateKeyPairSync('ed25519').privateKey;
      const forged = { ...(await stored(number)), by: 'somebody else' };
      await writeJson(home.decision(number), sealDecision(forged, foreign));
      expect(await refusal()).to.match(
        new RegExp(`00000${number}\\.json is signed with the key [0-9a-f]{64}, not with this home's key`),
      );
      // Naming the home's key is not enough.
      const claimed = { ...sealDecision(forged, foreign), publicKey: publicKeyPem(key) };
      await writeJson(home.decision(number), claimed);
      expect(await refusal()).to.match(new RegExp(`00000${number}\\.json is signed with the key`));
      const [signature] = claimed.envelope.signatures;
      const [own] = sealDecision(forged, key).envelope.signatures;
      const envelope = { ...claimed.envelope, signatures: [{ ...signature, keyid: own?.keyid }] };
      await writeJson(home.decision(number), { ...claimed, envelope });
      expect(await refusal()).to.match(new RegExp(`00000${number}\\.json has a signature that is not valid`));
    });

  it('refuses a whole log that a foreign key signed', async () => {
    const other = new Home(await mkdtemp(path.join(tmpdir(), 'gurukul-decisions-')));
    const foreign = await signingKey(other.signingKey());
    for (const run of ['run_x', 'run_y', 'run_z']) await appendDecision(other, draft(run), foreign);
    await cp(other.champions(), home.champions(), { recursive: true });
    await cp(other.decisionsHeads(), home.decisionsHeads(), { recursive: true });
    await rm(other.root, { recursive: true });
    expect(await refusal()).to.contain('000003.json is not a head that this home');
    await rm(home.decisionsHeads(), { recursive: true });
    expect(await refusal()).to.match(/000001\.json is signed with the key/);
  });

  it('refuses exchanged decisions', async () => {
    await rename(home.decision(1), `${home.decision(1)}.aside`);
    await rename(home.decision(2), home.decision(1));
    await rename(`${home.decision(1)}.aside`, home.decision(2));
    expect(await refusal()).to.contain(`${home.decision(1)} contains decision 2: decisions were exchanged`);
  });

  it('refuses a decision that does not follow the one before it', async () => {
    await writeJson(home.decision(2), sealDecision({ ...(await stored(2)), by: 'B' }, key));
    expect(await refusal()).to.contain(`${home.decision(3)} does not contain the digest`);
  });

  it('refuses another newest decision, though the home’s key signed it', async () => {
    await writeJson(home.decision(3), sealDecision({ ...(await stored(3)), by: 'B' }, key));
    expect(await refusal()).to.contain(`${home.decision(3)} is not the decision of which`);
  });

  for (const number of [1, 2])
    it(`refuses a log without decision ${number}`, async () => {
      await rm(home.decision(number));
      expect(await refusal()).to.contain(`${home.decision(number)} is missing`);
    });

  it('notices the loss of the newest decisions', async () => {
    await rm(home.decision(3));
    expect(await refusal()).to.contain(`${home.decision(3)} is missing, but`);
    await rm(home.champions(), { recursive: true });
    expect(await refusal()).to.contain('the newest decisions were removed');
  });

  it('refuses a log whose head was removed, changed or put back', async () => {
    const head = await readFile(home.decisionsHead(3), 'utf8');
    await rm(home.decision(3));
    await rm(home.decisionsHead(3));
    expect(await refusal()).to.match(/has no head, but .*000002\.json was recorded with one/);
    await writeFile(home.decisionsHead(2), head.replace('"number": 3', '"number": 2'));
    expect(await refusal()).to.contain('000002.json is not a head');
    await writeFile(home.decisionsHead(2), '{');
    expect(await refusal()).to.contain('000002.json is damaged');
  });

  it('refuses a head that is two decisions behind', async () => {
    const head = await readFile(home.decisionsHead(3), 'utf8');
    await appendDecision(home, draft('run_d'), key);
    await appendDecision(home, draft('run_e'), key);
    await rm(home.decisionsHead(5));
    await writeFile(home.decisionsHead(3), head);
    expect(await refusal()).to.match(/000003\.json is the newest head, but .*000005\.json is there/);
  });

  it('goes on after a writer that was killed between the decision and its head', async () => {
    const head = await readFile(home.decisionsHead(3), 'utf8');
    await appendDecision(home, draft('run_d'), key);
    await rm(home.decisionsHead(4));
    await writeFile(home.decisionsHead(3), head);
    expect(await runs()).to.deep.equal(['run_a', 'run_b', 'run_c', 'run_d']);
    await appendDecision(home, draft('run_e'), key);
    expect(await runs()).to.deep.equal(['run_a', 'run_b', 'run_c', 'run_d', 'run_e']);
    expect(await readdir(home.decisionsHeads())).to.deep.equal(['000005.json']);
  });

  it('goes on after a writer that was killed before it removed the earlier head', async () => {
    await writeFile(home.decisionsHead(1), '{');
    expect(await runs()).to.have.length(3);
    await appendDecision(home, draft('run_d'), key);
    expect(await readdir(home.decisionsHeads())).to.deep.equal(['000004.json']);
  });

  it('takes no decisions of a home whose key is gone', async () => {
    await rm(home.signingKey());
    expect(await readDecisions(home).catch(String)).to.contain(`${home.signingKey()} is missing`);
  });

  it('reads a log without a head, and gives it one with the next decision', async () => {
    await rm(home.champions(), { recursive: true });
    await rm(home.decisionsHeads(), { recursive: true });
    await writeOldLog(['run_a', 'run_b']);
    expect(await runs()).to.deep.equal(['run_a', 'run_b']);
    await writeFile(home.decision(2), (await readFile(home.decision(2), 'utf8')).replace('run_b', 'run_x'));
    expect(await refusal()).to.contain(`${home.decision(2)} was changed`);
    await writeOldLog(['run_a', 'run_b']);
    await appendDecision(home, draft('run_c'), key);
    expect(await runs()).to.deep.equal(['run_a', 'run_b', 'run_c']);
    expect(await readdir(home.decisionsHeads())).to.deep.equal(['000003.json']);
    await rm(home.decision(3));
    expect(await refusal()).to.contain('the newest decisions were removed');
  });

  it('numbers concurrent decisions separately', async () => {
    const more = ['run_d', 'run_e', 'run_f', 'run_g', 'run_h', 'run_i'];
    const read: Promise<number>[] = [];
    await Promise.all(
      more.map(async (run) => {
        read.push(readDecisions(home).then(({ length }) => length));
        await appendDecision(home, draft(run), key);
        read.push(readDecisions(home).then(({ length }) => length));
      }),
    );
    // Readers meanwhile find a whole log.
    for (const length of await Promise.all(read)) expect(length).to.be.within(3, 9);
    const decisions = await readDecisions(home);
    expect(decisions.map(({ number }) => number)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(new Set(decisions.map(({ run }) => run)).size).to.equal(9);
    expect((await readLog(home)).head?.number).to.equal(9);
  });

  /** As the version before wrote it: statements of v1, and no head. */
  async function writeOldLog(of: readonly string[]): Promise<void> {
    let previous: string | null = null;
    for (const [index, run] of of.entries()) {
      const decision: Decision = { ...draft(run), number: index + 1, previous };
      const statement = canonicalJson({
        _type: 'https://in-toto.io/Statement/v1',
        subject: [{ name: 'bundle', digest: { sha256: decision.bundleDigest } }],
        predicateType: 'urn:gurukul:decision:v1',
        predicate: decision,
      });
      const envelope = signStatement(Buffer.from(statement), key);
      await writeJson(home.decision(index + 1), { decision, envelope, publicKey: publicKeyPem(key) });
      previous = sha256(await readFile(home.decision(index + 1)));
    }
  }
});
