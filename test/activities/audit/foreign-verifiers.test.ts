import { execFile } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { appendFile, cp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { bundleFromJSON } from '@sigstore/bundle';
import { Verifier, toSignedEntity } from '@sigstore/verify';
import { expect } from 'chai';
import { z } from 'zod';

import { BUNDLE } from '../../../activities/audit/bundle-layout.js';
import { envelopeSchema } from '../../../data/schemas/bundle.js';
import { SIGNING_ALGORITHMS } from '../../../data/signing/algorithm.js';
import { signingKey } from '../../../data/signing/signing.js';
import type { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { audit, finishedRun, freshHome } from './finished-run.js';

const SCRIPT = path.join(packageRoot, 'test', 'activities', 'audit', 'foreign-verifiers.py');
/** Why the Python programs are not run, and what they need. */
const NO_PYTHON =
  '      skipped: set GURUKUL_TEST_PYTHON to the python of a virtual environment with model-signing 1.1.1, pyopenssl 26.4.0, securesystemslib 1.6.0 and in-toto-attestation 0.9.3';

/** The signature over a bundle's file, as Sigstore's own verifier says; no logs and no certificates. */
function sigstoreVerifies(bundle: unknown, publicPem: string): void {
  const publicKey = createPublicKey(publicPem);
  const verifier = new Verifier(
    {
      ...{ certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] },
      publicKey: () => ({ publicKey, validFor: () => true }),
    },
    { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 },
  );
  verifier.verify(toSignedEntity(bundleFromJSON(bundle)));
}

for (const algorithm of SIGNING_ALGORITHMS)
  describe(`a bundle of a home that signs with ${algorithm}, verified by programs of others`, function () {
    this.timeout(300_000);
    let home: Home;
    let bundle: string;
    const text = async (file: string): Promise<string> => readFile(path.join(bundle, file), 'utf8');

    before(async () => {
      home = await freshHome();
      await signingKey(home.signingKey(), algorithm);
      ({ bundle } = await audit(home, await finishedRun(home, { runId: 'run_a', dates: 30 })));
    });
    after(async () => rm(home.root, { recursive: true }));

    it('has a model signature that @sigstore/verify accepts', async () => {
      const signature = z
        .record(z.string(), z.unknown())
        .parse(JSON.parse(await text(BUNDLE.modelSignature)));
      const key = await text(BUNDLE.modelKey);
      sigstoreVerifies(signature, key);
      const other = algorithm === 'p256' ? undefined : await text(BUNDLE.publicKey);
      if (other !== undefined)
        expect(() => sigstoreVerifies(signature, other)).to.throw('verification failed');
    });

    it('has a signed statement that @sigstore/verify accepts, and with one byte more does not', async () => {
      const envelope = envelopeSchema.parse(JSON.parse(await text(BUNDLE.signature)));
      const around = (dsseEnvelope: unknown): unknown => ({
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        verificationMaterial: { publicKey: { hint: envelope.signatures[0]?.keyid }, tlogEntries: [] },
        dsseEnvelope,
      });
      const key = await text(BUNDLE.publicKey);
      sigstoreVerifies(around(envelope), key);
      const longer = Buffer.concat([Buffer.from(envelope.payload, 'base64'), Buffer.from(' ')]);
      expect(() =>
        sigstoreVerifies(around({ ...envelope, payload: longer.toString('base64') }), key),
      ).to.throw('verification failed');
    });

    it('satisfies model-signing, securesystemslib and in-toto-attestation', async function () {
      const python = process.env['GURUKUL_TEST_PYTHON'];
      if (python === undefined || python === '') {
        console.log(NO_PYTHON);
        this.skip();
      }
      const run = promisify(execFile);
      const { stdout } = await run(python, [SCRIPT, bundle]);
      expect(stdout.trim().split('\n')).to.deep.equal([
        'model signature: model-signing 1.1.1',
        'signature of the statement: securesystemslib 1.6.0',
        'statement and SLSA provenance: in-toto-attestation 0.9.3',
      ]);
      const copy = path.join(home.root, 'copy');
      await cp(bundle, copy, { recursive: true });
      await appendFile(path.join(copy, BUNDLE.modelCard), 'x');
      const refused: unknown = await run(python, [SCRIPT, copy]).catch((error: unknown) => error);
      // Python escapes the quotes where the digests have some of the other kind.
      expect(String(refused)).to.match(/Hash mismatch for \\?'model_card\.md/);
    });
  });
