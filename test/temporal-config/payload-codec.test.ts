import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { defaultPayloadConverter } from '@temporalio/common';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { expect } from 'chai';
import fc from 'fast-check';

import { GurukulError, InvalidInputError } from '../../data/errors.js';
import { maskSecrets } from '../../data/secrets/secrets.js';
import { ENCRYPTED, payloadCodec } from '../../temporal-config/payload-codec.js';
import { payloadKeys } from '../../temporal-config/payload-keys.js';
import { rejection } from '../support/rejection.js';

const key = (): string => randomBytes(32).toString('base64');

function codecOf(inline: string): PayloadCodec {
  const keys = payloadKeys({ GURUKUL_ENCRYPTION_KEYS: inline });
  if (keys === undefined) throw new Error('no keys');
  return payloadCodec(keys);
}

function encodingOf(payload: Payload | undefined): string {
  return Buffer.from(payload?.metadata?.['encoding'] ?? []).toString('utf8');
}

describe('the payload codec', () => {
  const [old, fresh] = [`old:${key()}`, `fresh:${key()}`];

  it('decrypts what it encrypted, and shows nothing of it', async () => {
    const codec = codecOf(fresh);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 4 }), async (values) => {
        const payloads = values.map((value) => defaultPayloadConverter.toPayload(value));
        const encoded = await codec.encode(payloads);
        expect(encoded.map(encodingOf)).to.deep.equal(values.map(() => ENCRYPTED));
        const decoded = await codec.decode(encoded);
        // Bytes, not values: JSON itself has no −0.
        expect(decoded.map(({ data }) => Buffer.from(data ?? []))).to.deep.equal(
          payloads.map(({ data }) => Buffer.from(data ?? [])),
        );
      }),
    );
    const [encoded] = await codec.encode([defaultPayloadConverter.toPayload('do not read me')]);
    const shown = Buffer.from(encoded?.data ?? []).toString('latin1');
    expect(shown).to.not.include('read').and.not.include('json/plain');
  });

  it('encrypts equal payloads to different bytes', async () => {
    const payload = defaultPayloadConverter.toPayload('the same');
    const [one, other] = await codecOf(fresh).encode([payload, payload]);
    expect(Buffer.from(one?.data ?? []).equals(Buffer.from(other?.data ?? []))).to.equal(false);
  });

  it('encrypts with the newest key, and decrypts with every key', async () => {
    const payload = defaultPayloadConverter.toPayload({ horizon: 5 });
    const before = await codecOf(old).encode([payload]);
    const rotated = codecOf(`${old},${fresh}`);
    const after = await rotated.encode([payload]);
    expect(Buffer.from(after[0]?.metadata?.['encryption-key-id'] ?? []).toString()).to.equal('fresh');
    for (const encoded of [before, after])
      expect(defaultPayloadConverter.fromPayload((await rotated.decode(encoded))[0] ?? {})).to.deep.equal({
        horizon: 5,
      });
    const { message } = await rejection(codecOf(old).decode(after), GurukulError);
    expect(message).to.include('"fresh"').and.include('keys here are old');
  });

  it('leaves payloads alone that are not encrypted', async () => {
    const payload = defaultPayloadConverter.toPayload('from before');
    expect(await codecOf(fresh).decode([payload])).to.deep.equal([payload]);
  });

  it('refuses a changed payload: any byte, the key id, or a truncated one', async () => {
    const codec = codecOf(`${old},${fresh}`);
    const [encoded] = await codec.encode([defaultPayloadConverter.toPayload('intact')]);
    const data = Buffer.from(encoded?.data ?? []);
    for (let at = 0; at < data.byteLength; at += 1) {
      const changed = Buffer.from(data);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const payload = { metadata: encoded?.metadata ?? null, data: changed };
      const error = await rejection(codec.decode([payload]), GurukulError);
      expect(error.type).to.equal('ChecksumMismatch');
    }
    const renamed = { ...encoded?.metadata, 'encryption-key-id': Buffer.from('old') };
    await rejection(codec.decode([{ metadata: renamed, data }]), GurukulError);
    for (const bytes of [0, 11, 12, 27])
      await rejection(
        codec.decode([{ metadata: encoded?.metadata ?? null, data: data.subarray(0, bytes) }]),
        GurukulError,
      );
  });
});

describe('the keys of the settings', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-keys-'));
    file = path.join(folder, 'payload-keys');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const problemsOf = (env: NodeJS.ProcessEnv): readonly string[] => {
    try {
      payloadKeys(env);
    } catch (error) {
      if (error instanceof InvalidInputError) return error.problems;
      throw error;
    }
    return [];
  };

  it('are none where none is given', () => {
    for (const env of [{}, { GURUKUL_ENCRYPTION_KEYS: ' ' }, { GURUKUL_ENCRYPTION_KEYS_FILE: '' }])
      expect(payloadKeys(env)).to.equal(undefined);
  });

  it('are in a variable or in a file, the newest last', () => {
    const [a, b] = [`2026-01:${key()}`, `2026-07:${key()}`];
    writeFileSync(file, `# two keys\n${a}\n\n${b}  # since July\n`, { mode: 0o600 });
    for (const env of [{ GURUKUL_ENCRYPTION_KEYS: `${a}, ${b}` }, { GURUKUL_ENCRYPTION_KEYS_FILE: file }]) {
      const keys = payloadKeys(env);
      expect(keys?.newest).to.equal('2026-07');
      expect([...(keys?.byId.keys() ?? [])]).to.deep.equal(['2026-01', '2026-07']);
    }
  });

  it('are all named in one message, and none is shown', () => {
    const short = randomBytes(16).toString('base64');
    const swapped = key();
    const problems = problemsOf({
      GURUKUL_ENCRYPTION_KEYS: `a:${short},b:no base64!,${swapped}:c,${swapped},d:${key()},d:${key()}`,
    });
    expect(problems.join('\n')).to.match(
      /key "a" has 16 bytes, and AES-256 needs 32; make one with: openssl rand -base64 32/,
    );
    expect(problems.join('\n')).to.match(/key "b" must be base64/);
    expect(problems.join('\n')).to.match(/the id of key 3 must be/);
    expect(problems.join('\n')).to.match(/key 4 is not written as ID:BASE64/);
    expect(problems.join('\n')).to.match(/key "d" stands there twice/);
    for (const secret of [short, swapped]) expect(problems.join('\n')).to.not.include(secret);
    expect(maskSecrets(`is ${short} found?`)).to.equal('is [secret] found?');
  });

  it('are refused from a file that others may read, with the remedy', () => {
    writeFileSync(file, `a:${key()}\n`);
    for (const mode of [0o644, 0o640, 0o604, 0o620]) {
      chmodSync(file, mode);
      expect(problemsOf({ GURUKUL_ENCRYPTION_KEYS_FILE: file })).to.deep.equal([
        `${file} contains secrets, but other users of this machine can read or change it (mode ${mode.toString(8)}). Run: chmod 600 ${file}`,
      ]);
    }
    chmodSync(file, 0o400);
    expect(problemsOf({ GURUKUL_ENCRYPTION_KEYS_FILE: file })).to.deep.equal([]);
  });

  it('are refused from a file that is missing or empty, and from both places at once', () => {
    expect(problemsOf({ GURUKUL_ENCRYPTION_KEYS_FILE: file })[0]).to.match(/cannot read the keys.*ENOENT/);
    writeFileSync(file, '# nothing yet\n', { mode: 0o600 });
    expect(problemsOf({ GURUKUL_ENCRYPTION_KEYS_FILE: file })[0]).to.match(/names no key/);
    expect(
      problemsOf({ GURUKUL_ENCRYPTION_KEYS_FILE: file, GURUKUL_ENCRYPTION_KEYS: `a:${key()}` })[0],
    ).to.match(/both set/);
  });
});
