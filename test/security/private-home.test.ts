import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { createPlanActivities } from '../../activities/plan/index.js';
import { createPromoteActivities } from '../../activities/promote/index.js';
import { homeProblems } from '../../client/cli/home-problems.js';
import { linePrinter } from '../../client/cli/printer.js';
import { reportError } from '../../client/cli/report-error.js';
import { typedSecretProblems } from '../../client/cli/typed-secrets.js';
import { InvalidInputError, storeUnavailable } from '../../data/errors.js';
import { secretProblems } from '../../data/secrets/secret-texts.js';
import { registerSecret } from '../../data/secrets/secrets.js';
import { createFileAtomic } from '../../data/store/files.js';
import { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { PRIVATE_FILE, makePrivateFolder } from '../../data/store/private-folder.js';
import { rejection } from '../support/rejection.js';
import { askedWorkflows } from '../support/asked-workflows.js';

const modeOf = (file: string): number => statSync(file).mode & 0o777;

describe('a home that other users can write to', () => {
  let home: Home;
  beforeEach(() => (home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-open-')))));
  afterEach(() => rmSync(home.root, { recursive: true }));
  const decision = { runId: 'r', verdict: 'approved', by: 'Asha', reason: 'fine', at: '', id: 'i' } as const;

  it('is refused before a run and before a decision, with the command that fixes it', async function () {
    if (process.platform === 'win32') this.skip();
    const plan = createPlanActivities({
      home,
      packageRoot,
      pollers: () => Promise.resolve(0),
      now: Date.now,
    });
    for (const [folder, fix] of [
      [home.root, 'chmod o-w'],
      [home.keys(), 'chmod 700'],
      [home.champions(), 'chmod 700'],
    ] as const) {
      mkdirSync(folder, { recursive: true });
      chmodSync(folder, 0o777);
      const problems = [
        `other users of this machine can replace files in ${folder} (mode 777). Run: ${fix} ${folder}`,
      ];
      expect(homeProblems(home.root)).to.deep.equal(problems);
      const settling = plan.settleRun({ input: { symbols: ['TCS'] }, runId: 'r' });
      expect((await rejection(settling, InvalidInputError)).problems).to.deep.equal(problems);
      const deciding = createPromoteActivities({ home, packageRoot, workflows: askedWorkflows() }).decideRun(
        decision,
      );
      expect((await rejection(deciding, InvalidInputError)).problems).to.deep.equal(problems);
      chmodSync(folder, 0o700);
    }
    expect(homeProblems(home.root)).to.deep.equal([]);
  });

  it('may be shared by a group, but its keys may not', () => {
    mkdirSync(home.keys());
    chmodSync(home.root, 0o775);
    expect(homeProblems(home.root)).to.deep.equal([]);
    chmodSync(home.keys(), 0o770);
    expect(homeProblems(home.root)).to.have.length(1);
  });

  it('has private folders and files, whatever the umask', async () => {
    const usual = process.umask(0);
    try {
      mkdirSync(home.champions(), { mode: 0o775 });
      await makePrivateFolder(home.champions());
      expect(modeOf(home.champions())).to.equal(0o700);
      expect(await createFileAtomic(home.decision(1), '{}', PRIVATE_FILE)).to.equal(true);
      expect(modeOf(home.decision(1))).to.equal(0o600);
    } finally {
      process.umask(usual);
    }
  });
});

describe('a secret in a text that is kept', () => {
  const known = 'planted phrase of a test';
  const nowhere = new Home(path.join(tmpdir(), 'gurukul-no-such-home'));
  before(() => registerSecret(known));

  it('is refused, and not repeated', () => {
    for (const text of [
      `because ${known}`,
      ['key AKIA', 'IOSFODNN7EXAMPLE'].join(''),
      ['token ghp_', '0123456789abcdefghijABCDEFGHIJ012345'].join(''),
      ['-----BEGIN', 'PRIVATE KEY-----'].join(' '),
      Buffer.from(Array.from({ length: 32 }, (_, at) => (at * 37) % 251)).toString('base64'),
      ['eyJ', 'hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.sig'].join(''),
    ])
      expect(secretProblems(nowhere, { '--by': 'Asha', '--reason': text }), text).to.deep.equal([
        '--reason: this looks like a secret, and it would be kept and shown; leave it out',
      ]);
  });

  it('is not seen in names, sentences, digests, run ids and paths', () => {
    for (const text of [
      'Asha Rao <asha.rao@example.com>',
      'The forward Sharpe of 1.2 holds; see Reports/2026/Quarter1/ForwardFigures/Summary.html',
      'a'.repeat(40) + '0123456789abcdef01234567',
      'live_candidate_20260101_030405 beats Live-Candidate-20251231-030405-rerun',
    ])
      expect(secretProblems(nowhere, { '--reason': text }), text).to.deep.equal([]);
  });

  it('is refused when it is what a file of secrets or the environment holds, whatever it looks like', () => {
    const home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-stored-secret-')));
    const elsewhere = path.join(home.root, 'elsewhere.json');
    const keys = path.join(home.root, 'payload.keys');
    const env = { GURUKUL_BREEZE_CREDENTIALS: elsewhere, GURUKUL_ENCRYPTION_KEYS_FILE: keys };
    const texts = [
      'stored key words',
      '48213377',
      'elsewhere words',
      'plain words of a key',
      'pem line of a key',
    ];
    const problemsOf = (text: string): number =>
      secretProblems(home, { '--reason': `since ${text}!` }).length;
    try {
      mkdirSync(home.keys());
      expect(texts.map(problemsOf)).to.deep.equal([0, 0, 0, 0, 0]);
      writeFileSync(
        home.breezeCredentials(),
        '{"apiKey": "stored key words", "apiSession": 48213377, "user": "Asha"}',
      );
      writeFileSync(elsewhere, '{"apiKey": "elsewhere words"}');
      writeFileSync(keys, '# keys\n2026-11:plain words of a key\n');
      const pem = ['-----BEGIN', 'PRIVATE KEY-----\npem line of a key\n-----END', 'PRIVATE KEY-----\n'].join(
        ' ',
      );
      writeFileSync(home.signingKey(), pem);
      Object.assign(process.env, env);
      expect(texts.map(problemsOf)).to.deep.equal([1, 1, 1, 1, 1]);
      expect(['key words', '2026-11', 'keys', 'Asha'].map(problemsOf)).to.deep.equal([0, 0, 0, 0]);
    } finally {
      Object.keys(env).forEach((name) => Reflect.deleteProperty(process.env, name));
      rmSync(home.root, { recursive: true });
    }
  });

  it('is refused by the command line when it is the key of the Temporal profile in use', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'gurukul-profile-secret-'));
    const env = { TEMPORAL_CONFIG_FILE: path.join(folder, 'temporal.toml'), TEMPORAL_PROFILE: 'planted' };
    const problems = async (): Promise<number> =>
      (await typedSecretProblems(nowhere, { '--reason': 'since profile key words' })).length;
    try {
      Object.assign(process.env, env);
      // No file yet: whoever connects says so.
      expect(await problems()).to.equal(0);
      writeFileSync(env.TEMPORAL_CONFIG_FILE, '[profile.planted]\napi_key = "profile key words"\n');
      expect(await problems()).to.equal(1);
    } finally {
      Object.keys(env).forEach((name) => Reflect.deleteProperty(process.env, name));
      rmSync(folder, { recursive: true });
    }
  });

  it('is refused by the worker too, whichever client sends it', async () => {
    const home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-secret-')));
    try {
      const request = {
        runId: 'r',
        verdict: 'approved',
        by: known,
        reason: 'fine',
        at: '',
        id: 'i',
      } as const;
      const refused = await rejection(
        createPromoteActivities({ home, packageRoot, workflows: askedWorkflows() }).decideRun(request),
        InvalidInputError,
      );
      expect(refused.problems[0]).to.match(/^by: this looks like a secret/);
    } finally {
      rmSync(home.root, { recursive: true });
    }
  });
});

describe('a full disk', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

  it('is named as the cause, with the remedy', () => {
    expect(storeUnavailable('write /home/x', full).message).to.equal(
      'cannot write /home/x: ENOSPC: no space left on device, write; the disk is full: free some space on it',
    );
  });

  it('is no unexpected error of the command line', () => {
    const said: string[] = [];
    const cli = {
      ...{ home: new Home('/nowhere'), packageRoot, cwd: '/', self: 'gurukul', interactive: false },
      ...{ out: () => undefined, fields: () => undefined },
      note: linePrinter((text) => void said.push(text.trimEnd())),
    };
    expect(reportError(cli, full, new Date())).to.equal(1);
    expect(said).to.deep.equal([
      'error: ENOSPC: no space left on device, write; the disk is full: free some space on it',
    ]);
  });
});
