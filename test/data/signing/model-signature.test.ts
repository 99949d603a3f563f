import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { modelSignatureProblem, modelSignature } from '../../../data/signing/model-signature.js';
import { modelSignatureSchema } from '../../../data/schemas/model-signature.js';
import { sha256 } from '../../../data/store/digests.js';
import { packageRoot } from '../../../data/store/package-root.js';

const exampleSchema = z.strictObject({
  publicKey: z.string(),
  signature: z.string(),
  files: z.record(z.string(), z.base64()),
});
type Example = z.output<typeof exampleSchema>;
const goldenSchema = z.strictObject({
  verifiedBy: z.record(z.string(), z.string()),
  byReference: exampleSchema,
  byProgram: exampleSchema,
});
const FOLDER = path.join(packageRoot, 'test', 'golden', 'model-signature');
const golden = goldenSchema.parse(JSON.parse(readFileSync(path.join(FOLDER, 'golden.json'), 'utf8')));

/** What the program says of a folder; changed files by path. */
function problemOf(
  { publicKey, signature, files }: Example,
  changed: Readonly<Record<string, Buffer | undefined>> = {},
): string | undefined {
  const contents = Object.entries(files).map(([name, text]) => [name, Buffer.from(text, 'base64')] as const);
  const whole = new Map<string, Buffer | undefined>([...contents, ...Object.entries(changed)]);
  const signed = [...whole].flatMap(([name, content]) =>
    content === undefined ? [] : [{ path: name, sha256: sha256(content) }],
  );
  return modelSignatureProblem(Buffer.from(signature), signed, publicKey);
}

describe('a model signature', () => {
  for (const name of ['byReference', 'byProgram'] as const) {
    const example = golden[name];

    it(`that model-signing verified is accepted: ${name}`, () => {
      expect(golden.verifiedBy['model-signing']).to.equal('1.1.1');
      expect(problemOf(example)).to.equal(undefined);
    });

    it(`is refused with any byte of a file changed, a file more or less: ${name}`, () => {
      for (const [file, text] of Object.entries(example.files)) {
        const content = Buffer.from(text, 'base64');
        for (let at = 0; at < content.length; at += 1) {
          const flipped = Buffer.from(content);
          flipped[at] = (flipped[at] ?? 0) ^ 1;
          expect(problemOf(example, { [file]: flipped }), `${file}:${at}`).to.match(
            new RegExp(`^signs ${file} with SHA-256 [0-9a-f]{64}, and the file has [0-9a-f]{64}$`),
          );
        }
        expect(problemOf(example, { [file]: undefined })).to.equal(
          `signs ${JSON.stringify(file)}, which is not there`,
        );
      }
      expect(problemOf(example, { 'x.bin': Buffer.alloc(1) })).to.equal('does not sign x.bin');
    });

    it(`is refused with any byte of the statement, of the signature or of its file changed: ${name}`, () => {
      const parsed = modelSignatureSchema.parse(JSON.parse(example.signature));
      const { payload, signatures } = parsed.dsseEnvelope;
      const sig = signatures[0]?.sig ?? '';
      const flips = (text: string): string[] => {
        const bytes = Buffer.from(text, 'base64');
        return [...bytes.keys()].map((at) => {
          const flipped = Buffer.from(bytes);
          flipped[at] = (flipped[at] ?? 0) ^ 1;
          return flipped.toString('base64');
        });
      };
      const again = (changedPayload: string, changedSig: string): Example => ({
        ...example,
        signature: JSON.stringify(modelSignature(changedPayload, changedSig, example.publicKey)),
      });
      expect(problemOf(again(payload, sig))).to.equal(undefined);
      const invalid = 'has a signature that is not valid';
      for (const changed of flips(payload)) expect(problemOf(again(changed, sig))).to.equal(invalid);
      for (const changed of flips(sig)) expect(problemOf(again(payload, changed))).to.equal(invalid);
      const [start, end] = [example.signature.indexOf(payload), payload.length];
      for (let at = 0; at < example.signature.length; at += 1) {
        // The payload's own bytes are above.
        if (at >= start && at < start + end) continue;
        const bytes = Buffer.from(example.signature);
        bytes[at] = (bytes[at] ?? 0) ^ 1;
        expect(problemOf({ ...example, signature: bytes.toString('latin1') }), String(at)).to.be.a('string');
      }
    });
  }

  it('is refused with the key of another', () => {
    const { byReference, byProgram } = golden;
    expect(problemOf({ ...byReference, publicKey: byProgram.publicKey })).to.equal('names another key');
    expect(problemOf({ ...byReference, publicKey: '' })).to.equal(
      'has no ECDSA P-256 public key to be compared with',
    );
  });
});
