import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { storeSettings, withoutProviderSecrets } from '../../../data/secrets/secrets.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { startTrainerProcess } from '../../../workers/trainer/process.js';

const LOG = { debug: () => undefined, info: () => undefined, warn: () => undefined };
const SECRET = 'planted-secret-0123456789';
const PLANTED = [
  ...['BREEZE_API_KEY', 'BREEZE_API_SESSION', 'TEMPORAL_API_KEY', 'TEMPORAL_TLS_CLIENT_KEY_DATA'],
  ...['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'GURUKUL_ENCRYPTION_KEYS', 'NPM_TOKEN', 'DB_PASSWORD'],
  ...['GURUKUL_ENCRYPTION_KEYS_FILE', 'GURUKUL_BREEZE_CREDENTIALS'],
];

describe('the environment of a trainer', function () {
  this.timeout(300_000);
  const home = new Home(mkdtempSync(path.join(os.tmpdir(), 'gurukul-trainer-env-')));
  before(() => PLANTED.forEach((name) => (process.env[name] = SECRET)));
  after(() => {
    PLANTED.forEach((name) => Reflect.deleteProperty(process.env, name));
    rmSync(home.root, { recursive: true });
  });

  it('has none of the secrets of its worker, and what a program needs', async function () {
    if (process.platform !== 'linux') this.skip();
    const trainer = await startTrainerProcess({
      ...{ home, packageRoot, log: LOG, accelerator: 'cpu', backend: 'wasm', checkpointEveryMs: 60_000 },
    });
    try {
      const variables = readFileSync(`/proc/${trainer.pid}/environ`, 'utf8').split('\0');
      expect(variables.filter((variable) => variable.includes(SECRET))).to.deep.equal([]);
      expect(variables).to.include(`PATH=${process.env['PATH'] ?? ''}`);
      expect(variables).to.include('CUDA_VISIBLE_DEVICES=-1');
    } finally {
      trainer.kill('the test is over');
      await trainer.exited;
    }
  });

  it('lacks, in its worker, the secrets of a provider, since neither reads bars from one', () => {
    const env = withoutProviderSecrets(process.env);
    expect(PLANTED.filter((name) => name in env)).to.deep.equal([
      ...['TEMPORAL_API_KEY', 'TEMPORAL_TLS_CLIENT_KEY_DATA', 'GURUKUL_ENCRYPTION_KEYS'],
      ...['NPM_TOKEN', 'DB_PASSWORD', 'GURUKUL_ENCRYPTION_KEYS_FILE'],
    ]);
  });

  it('has what it reaches a store in a bucket with, where the home has one', () => {
    const own = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
    expect(storeSettings(process.env)).to.deep.equal({});
    const env = { ...process.env, GURUKUL_STORE: 's3://bucket' };
    expect(Object.keys(storeSettings(env)).filter((name) => PLANTED.includes(name))).to.have.members(own);
    expect(withoutProviderSecrets(env)).to.include.keys(own).and.not.have.any.keys('BREEZE_API_KEY');
  });
});
