import { cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import { BUNDLE, UNCOVERED, bundleJson } from '../../../activities/audit/bundle-layout.js';
import { verifyBundle } from '../../../activities/audit/verify.js';
import { createPromoteActivities } from '../../../activities/promote/index.js';
import { readDecisions } from '../../../data/decisions/decisions.js';
import { InvalidInputError } from '../../../data/errors.js';
import { manifestSchema } from '../../../data/schemas/bundle.js';
import { algorithmOfPem, requireChosenAlgorithm } from '../../../data/signing/algorithm.js';
import { homeSigner } from '../../../data/signing/known-signer.js';
import { publicKeyOf, signingKey } from '../../../data/signing/signing.js';
import { writeJson } from '../../../data/store/files.js';
import type { Home } from '../../../data/store/home.js';
import { runStatus } from '../../support/run-status.js';
import { inActivity } from '../validate/in-activity.js';
import { audit, finishedRun, freshHome } from './finished-run.js';
import { forge, fromAnotherProgram, signAgain, stripModelSignature } from './forge.js';
import { verified } from './verified.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { askedWorkflows } from '../../support/asked-workflows.js';

describe('a home that signs with P-256', () => {
  let home: Home;
  let bundle: string;
  let digest: string;
  before(async () => {
    home = await freshHome();
    await signingKey(home.signingKey(), 'p256');
    ({ bundle, digest } = await audit(home, await finishedRun(home, { runId: 'run_a', dates: 30 })));
  });
  after(async () => rm(home.root, { recursive: true }));

  it('has one key, and bundles that verify with it', async () => {
    expect(await readdir(home.keys())).to.deep.equal(['bundle.pem']);
    const own = homeSigner(home.signingKey());
    expect(await verifyBundle(bundle, own)).to.deep.include({
      result: 'ok',
      signer: { keyId: own?.keyId, known: 'home' },
    });
    const keys = await Promise.all(
      [BUNDLE.publicKey, BUNDLE.modelKey].map(async (file) => readFile(path.join(bundle, file), 'utf8')),
    );
    expect(new Set(keys)).to.deep.equal(new Set([publicKeyOf(home.signingKey())]));
  });

  it('gives the digest of a home that signs with Ed25519', async () => {
    const other = await freshHome();
    const same = await audit(other, await finishedRun(other, { runId: 'run_b', dates: 30 }));
    expect(same.digest).to.equal(digest);
    expect((await readdir(other.keys())).sort()).to.deep.equal(['bundle.pem', 'model-p256.pem']);
    await rm(other.root, { recursive: true });
  });

  it('signs its decisions too', async () => {
    const status = runStatus('run_a', { phase: 'done', bundle, bundleDigest: digest });
    await writeJson(home.status('run_a'), status);
    await inActivity(async () =>
      createPromoteActivities({ home, packageRoot, workflows: askedWorkflows() }).decideRun({
        ...{ runId: 'run_a', verdict: 'rejected', by: 'Asha', reason: 'no skill' },
        ...{ at: '2025-01-02T03:04:05.000Z', id: 'first' },
      }),
    );
    expect(await readDecisions(home)).to.have.length(1);
  });
});

describe('the choice of the algorithm', () => {
  let home: Home;
  beforeEach(async () => {
    home = await freshHome();
  });
  afterEach(async () => {
    delete process.env['GURUKUL_SIGNING_ALGORITHM'];
    await rm(home.root, { recursive: true });
  });

  it('counts when the key of a home is made, and a later one is refused with the remedy', async () => {
    process.env['GURUKUL_SIGNING_ALGORITHM'] = 'p256';
    const file = home.signingKey();
    requireChosenAlgorithm(file, publicKeyOf(file));
    await signingKey(file);
    expect(algorithmOfPem(publicKeyOf(file) ?? '')).to.equal('p256');
    requireChosenAlgorithm(file, publicKeyOf(file));
    process.env['GURUKUL_SIGNING_ALGORITHM'] = 'ed25519';
    expect(() => requireChosenAlgorithm(file, publicKeyOf(file)))
      .to.throw(InvalidInputError)
      .with.property('problems')
      .deep.equal([
        `GURUKUL_SIGNING_ALGORITHM is ed25519, but this home already signs with ECDSA P-256 (${file}) and a home keeps its key; set it to p256, or choose another GURUKUL_HOME`,
      ]);
    // The key stays, whatever is asked for later.
    await signingKey(file);
    expect(algorithmOfPem(publicKeyOf(file) ?? '')).to.equal('p256');
  });

  it('leaves the key of a home of an earlier version where it is', async () => {
    const earlier = path.join(home.keys(), 'bundle-ed25519.pem');
    await signingKey(earlier, 'ed25519');
    expect(home.signingKey()).to.equal(earlier);
    await audit(home, await finishedRun(home, { runId: 'run_a', dates: 20 }));
    expect((await readdir(home.keys())).sort()).to.deep.equal(['bundle-ed25519.pem', 'model-p256.pem']);
  });
});

describe('the model signature of a bundle', () => {
  let home: Home;
  let whole: string;
  let copy: string;
  let mallory: string;
  const text = async (file: string): Promise<string> => readFile(path.join(copy, file), 'utf8');
  before(async () => {
    home = await freshHome();
    whole = (await audit(home, await finishedRun(home, { runId: 'run_a', dates: 30 }))).bundle;
    copy = path.join(home.root, 'copy');
    mallory = path.join(home.root, 'mallory.pem');
  });
  beforeEach(async () => {
    await rm(copy, { recursive: true, force: true });
    await cp(whole, copy, { recursive: true });
  });
  after(async () => rm(home.root, { recursive: true }));

  it('is missing in a bundle of an earlier version, which is partly checked', async () => {
    await forge(copy, mallory, {}, fromAnotherProgram);
    await stripModelSignature(copy, mallory);
    const report = await verified(copy, 'partly checked');
    expect(report.unchecked).to.deep.equal(['model.sig: no such file']);
    expect(report.checked.join()).to.not.contain('model signature');
  });

  it('cannot be left out of a bundle of this version', async () => {
    await forge(copy, mallory, {});
    await stripModelSignature(copy, mallory);
    expect(await verified(copy, 'failed')).to.include({ file: BUNDLE.modelSignature });
  });

  it('cannot be dropped from what somebody else signed', async () => {
    const manifest = manifestSchema.parse(JSON.parse(await text(BUNDLE.manifest)));
    await writeFile(
      path.join(copy, BUNDLE.manifest),
      bundleJson({ ...manifest, uncovered: UNCOVERED.slice(2) }),
    );
    for (const file of [BUNDLE.modelSignature, BUNDLE.modelKey]) await rm(path.join(copy, file));
    const { difference } = await verified(copy, 'failed');
    expect(difference).to.match(/^provenance\/statement\.json: expected byproducts/);
  });

  it('must be by the key that the statement names', async () => {
    const before = await text(BUNDLE.statement);
    await signAgain(copy, mallory, Buffer.from(before));
    const [key, signature] = [await text(BUNDLE.modelKey), await text(BUNDLE.modelSignature)];
    await rm(copy, { recursive: true });
    await cp(whole, copy, { recursive: true });
    await writeFile(path.join(copy, BUNDLE.modelSignature), signature);
    expect(await verified(copy, 'failed')).to.include({
      file: BUNDLE.modelSignature,
      difference:
        'model.sig: expected a signature of all other files by the key of provenance/model-key.pem, found one that names another key',
    });
    await writeFile(path.join(copy, BUNDLE.modelKey), key);
    expect(await verified(copy, 'failed')).to.include({ file: BUNDLE.statement });
  });
});
