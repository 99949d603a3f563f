import { cp, rm } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import { BUNDLE } from '../../../activities/audit/bundle-layout.js';
import { keyId, publicKeyPem, signingKey } from '../../../data/signing/signing.js';
import { Home } from '../../../data/store/home.js';
import { freshHome, sealedRun } from '../../activities/audit/finished-run.js';
import { forge, fromAnotherProgram } from '../../activities/audit/forge.js';
import { gurukulHere } from '../support/gurukul-here.js';
import type { Ended } from '../support/gurukul-process.js';

describe('gurukul audit verify', () => {
  let home: Home;
  let elsewhere: Home;
  let bundle: string;
  let foreign: string;
  let own: string;
  let other: string;

  before(async () => {
    home = await freshHome();
    elsewhere = new Home(path.join(home.root, 'elsewhere'));
    bundle = (await sealedRun(home, { runId: 'run_a', dates: 40 })).bundle;
    foreign = path.join(home.root, 'foreign');
    const keyFile = path.join(home.root, 'other.pem');
    await cp(bundle, foreign, { recursive: true });
    await forge(foreign, keyFile, { [BUNDLE.summary]: Buffer.from('promote') }, fromAnotherProgram);
    const idOf = async (file: string): Promise<string> => keyId(publicKeyPem(await signingKey(file)));
    own = await idOf(home.signingKey());
    other = await idOf(keyFile);
  });
  after(async () => {
    await rm(home.root, { recursive: true });
  });

  const verify = (of: Home, ...args: readonly string[]): Promise<Ended> =>
    // There is no server: nothing needs one.
    gurukulHere(['audit', 'verify', ...args], { home: of, address: '127.0.0.1:1', cwd: home.root });

  it('says first that the key of the home signed it', async () => {
    const { status, stdout } = await verify(home, bundle);
    expect(stdout.split('\n').slice(0, 2)).to.deep.equal([
      `signer: the key of this home, ${own}`,
      'ok: run run_a, 51 files',
    ]);
    expect(status).to.equal(0);
  });

  it('ends with status 1 for another key than that of the home, or the given one', async () => {
    for (const [given, args] of [
      [foreign, []],
      [bundle, ['--key', other]],
    ] as const) {
      const { status, stdout, stderr } = await verify(home, given, ...args);
      expect(stdout).to.equal('');
      expect(stderr)
        .to.match(/^signer: unknown/)
        .and.contain('public-key.pem: expected');
      expect(status).to.equal(1);
    }
  });

  it('accepts the key that is given as an id or a file', async () => {
    for (const key of [own, path.join(bundle, BUNDLE.publicKey)]) {
      const { status, stdout } = await verify(elsewhere, bundle, '--key', key);
      expect(stdout).to.contain(`signer: the given key, ${own}\nok: run`);
      expect(status).to.equal(0);
    }
  });

  it('is ok with an unknown signer in a home without a key', async () => {
    const { status, stdout } = await verify(elsewhere, bundle, '--json');
    expect(JSON.parse(stdout)).to.deep.include({
      path: bundle,
      ok: true,
      result: 'ok',
      signer: { keyId: own, known: 'unknown' },
      unchecked: [],
      runId: 'run_a',
    });
    expect(status).to.equal(0);
  });

  it('lists what was only hashed and what is only claimed', async () => {
    const { stdout } = await verify(elsewhere, bundle, '--key', own);
    expect(stdout).to.match(
      / {4}recomputed or compared:\n[^]*256 predictions of the students[^]*only hashed and signed, not recomputed:\n.*students beyond.*\n.*returns of other horizons.*\n.*feature importance.*\n {4}only claimed by the signer:\n.*leakage probes/,
    );
    const { stdout: json } = await verify(elsewhere, bundle, '--json');
    expect(JSON.parse(json)).to.include.keys('hashedOnly', 'claimed');
  });

  it('ends with status 4 and lists what it could not check', async () => {
    const { status, stdout } = await verify(home, foreign, '--key', other);
    expect(stdout).to.match(/^signer: the given key, .*\npartly checked: run run_a/);
    expect(stdout).to.contain('- summary.md: this version writes it differently');
    expect(stdout).to.contain('make it again with this one: gurukul resume run_a');
    expect(status).to.equal(4);
    const json = await verify(home, foreign, '--key', other, '--json');
    expect(JSON.parse(json.stdout)).to.deep.include({
      ok: false,
      result: 'partly checked',
      unchecked: ['summary.md: this version writes it differently'],
    });
    expect(json.status).to.equal(4);
  });

  it('refuses a key that is none with status 2', async () => {
    const { status, stderr } = await verify(home, bundle, '--key', 'none');
    expect(stderr).to.match(/--key: there is no file .*none: give a public key as PEM, or a key id/);
    expect(status).to.equal(2);
  });
});
