import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { publicKeyOf, publicKeyPem, signingKey } from '../../../data/signing/signing.js';

describe('the signing key of a home', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'gurukul-signing-key-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('is one, and stays as it was read, however many ask for it first', async () => {
    for (let round = 0; round < 60; round += 1) {
      const file = path.join(folder, String(round), 'key.pem');
      const first: string[] = [];
      const keys = await Promise.all(
        Array.from({ length: 5 }, async () => {
          const pem = publicKeyPem(await signingKey(file));
          first.push(readFileSync(file, 'utf8'));
          return pem;
        }),
      );
      expect(new Set(keys)).to.deep.equal(new Set([publicKeyOf(file)]));
      expect(new Set(first)).to.deep.equal(new Set([readFileSync(file, 'utf8')]));
      expect(readdirSync(path.dirname(file))).to.deep.equal(['key.pem']);
    }
  });
});
