import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { z } from 'zod';

import { BUNDLE, bundleJson } from '../../activities/audit/bundle-layout.js';
import type { Random } from '../../data/random.js';
import { envelopeSchema } from '../../data/schemas/bundle.js';
import { keyId } from '../../data/signing/signing.js';
import { forge, signAgain } from '../activities/audit/forge.js';
import { WEAK_POINTS, pemOf } from '../activities/audit/weak-keys.js';
import { approved, verified } from './judge.js';
import type { AttackKind } from './kind.js';
import { oneOf, placeIn, randomBytesOf } from './kind.js';
import type { Rig } from './rig.js';
import { RUN, sealedCopy } from './rig.js';

/** The same JSON value in other bytes. */
type Form = (text: string, random: Random) => string;

const objectSchema = z.record(z.string(), z.unknown());

const FORMS: Readonly<Record<string, Form>> = {
  'key-order': (text, random) => {
    const entries = Object.entries(objectSchema.parse(JSON.parse(text)));
    const turn = 1 + placeIn(random, entries.length - 1);
    return spread(Object.fromEntries([...entries.slice(turn), ...entries.slice(0, turn)]));
  },
  spaces: (text, random) => inserted(text, random, /[{[,:]/g, [' ', '\n', '\t', '  \n']),
  'double-key': (text, random) => {
    const key = oneOf(random, Object.keys(objectSchema.parse(JSON.parse(text))));
    return text.replace('{', `{\n  ${JSON.stringify(key)}: ${oneOf(random, ['null', '"x"', '{}', '[]'])},`);
  },
  'byte-order-mark': (text, random) => oneOf(random, ['\ufeff', '\ufeff\ufeff']) + text,
  'line-end': (text, random) =>
    oneOf(random, [`${text}\n`, text.trimEnd(), text.replaceAll('\n', '\r\n'), `\n${text}`, `${text} `]),
  compact: (text) => JSON.stringify(JSON.parse(text)),
  escapes: (text, random) => {
    const at = oneOf(random, [...text.matchAll(/(?<=")[A-Za-z]/g)]).index;
    const unit = text.charCodeAt(at).toString(16).padStart(4, '0');
    return `${text.slice(0, at)}\\u${unit}${text.slice(at + 1)}`;
  },
  'more-keys': (text, random) => text.replace('{', `{\n  "_${random.integer(0, 999)}": true,`),
};

/** Files whose form the verification checks, however they are signed. */
const SIGNED_JSON = [BUNDLE.config, BUNDLE.plan, BUNDLE.ingest] as const;

export const BYTE_FORMS: readonly AttackKind[] = [
  ...Object.entries(FORMS).map(([name, form]) =>
    kindOf(`form/${name}`, async (bundle, rig, random) => {
      const file = oneOf(random, [BUNDLE.manifest, BUNDLE.signature, BUNDLE.statement, ...SIGNED_JSON]);
      const text = await readFile(path.join(bundle, file), 'utf8');
      const changed = Buffer.from(form(text, random));
      if (changed.equals(Buffer.from(text))) throw new Error(`${name} did not change ${file}`);
      if (file === BUNDLE.statement) await signAgain(bundle, rig.foreignKeyFile, changed);
      else if (file === BUNDLE.manifest || file === BUNDLE.signature)
        await writeFile(path.join(bundle, file), changed);
      else await forge(bundle, rig.foreignKeyFile, { [file]: changed });
    }),
  ),
  kindOf('form/signature', async (bundle, { foreignKeyFile }, random) => {
    await forge(bundle, foreignKeyFile, {});
    const file = path.join(bundle, BUNDLE.signature);
    const envelope = envelopeSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    const [signature] = envelope.signatures;
    if (signature === undefined) throw new Error('no signature');
    const raw = Buffer.from(signature.sig, 'base64');
    const sig = oneOf(random, [
      otherBase64(signature.sig),
      withoutPadding(signature.sig),
      Buffer.alloc(64).toString('base64'),
      randomBytesOf(random, 64).toString('base64'),
      // Ed25519 takes S below the order of the group only: S + L is the same modulo it.
      Buffer.concat([raw.subarray(0, 32), plusOrder(raw.subarray(32))]).toString('base64'),
      raw.subarray(0, 63).toString('base64'),
      Buffer.concat([raw, Buffer.alloc(1)]).toString('base64'),
    ]);
    const changed = oneOf(random, [
      { ...envelope, signatures: [{ ...signature, sig }] },
      { ...envelope, signatures: [{ ...signature, keyid: 'f'.repeat(64) }] },
      { ...envelope, signatures: [signature, signature] },
      { ...envelope, signatures: [] },
      { ...envelope, payload: `${envelope.payload.slice(0, -4)}AAAA` },
      { ...envelope, payloadType: 'text/plain' },
    ]);
    await writeFile(file, bundleJson(changed));
  }),
  kindOf('key/weak', async (bundle, _, random) => {
    const point = oneOf(random, WEAK_POINTS);
    const pem = pemOf(point);
    // S B = R + k A holds for every k where A has order one: here R is the same point and S is zero.
    const sig = Buffer.from(point + '00'.repeat(32), 'hex').toString('base64');
    const payload = await readFile(path.join(bundle, BUNDLE.statement));
    const envelope = { payloadType: 'application/vnd.in-toto+json', payload: payload.toString('base64') };
    await writeFile(path.join(bundle, BUNDLE.publicKey), pem);
    await writeFile(
      path.join(bundle, BUNDLE.signature),
      bundleJson({ ...envelope, signatures: [{ keyid: keyId(pem), sig }] }),
    );
  }),
  kindOf('key/malformed', async (bundle, { foreignKeyFile }, random) => {
    await forge(bundle, foreignKeyFile, {});
    const file = path.join(bundle, BUNDLE.publicKey);
    const pem = await readFile(file, 'utf8');
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
    const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
    const other = generateKeyPairSync('ed25519');
    const changed = oneOf(random, [
      ...['', pem + pem, `${pem}\n`, pem.trimEnd(), pem.replaceAll('\n', '\r\n'), `# key\n${pem}`, ` ${pem}`],
      ...[pem.replace('PUBLIC', 'PRIVATE'), pem.replace(/\n(.)/, '\n$1 '), pem.slice(0, 60), `${pem}x`],
      ...[rsa, elliptic, other.publicKey].map((key) => key.export({ type: 'spki', format: 'pem' })),
      other.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      randomBytesOf(random, random.integer(1, 200)),
    ]);
    await writeFile(file, changed);
  }),
];

function kindOf(
  name: string,
  change: (bundle: string, rig: Rig, random: Random) => Promise<void>,
): AttackKind {
  return {
    name,
    caught: 'the verification fails although no key is known, and an approval is refused',
    async attempt(rig, random) {
      const home = await sealedCopy(rig);
      const bundle = home.bundle(RUN);
      await change(bundle, rig, random);
      return (await verified(bundle)) ?? (await approved(home));
    },
  };
}

function spread(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** A text with one of some pieces after a random match that is outside of strings. */
function inserted(text: string, random: Random, after: RegExp, pieces: readonly string[]): string {
  const strings = [...text.matchAll(/"(?:[^"\\]|\\.)*"/g)];
  const inString = (at: number): boolean =>
    strings.some(({ index, 0: one }) => at >= index && at < index + one.length);
  const at = oneOf(
    random,
    [...text.matchAll(after)].map(({ index }) => index).filter((one) => !inString(one)),
  );
  return text.slice(0, at + 1) + oneOf(random, pieces) + text.slice(at + 1);
}

/** Another text that decodes to the same bytes: the last character before the padding has bits that nobody reads. */
function otherBase64(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const at = text.indexOf('=') - 1;
  const other = alphabet[alphabet.indexOf(text[at] ?? '') ^ 1] ?? '';
  return `${text.slice(0, at)}${other}${text.slice(at + 1)}`;
}

function withoutPadding(text: string): string {
  return text.replaceAll('=', '');
}

/** A little-endian number plus the order of the group of Ed25519. */
function plusOrder(scalar: Uint8Array): Buffer {
  const order = (1n << 252n) + 27742317777372353535851937790883648493n;
  const sum = BigInt(`0x${Buffer.from(scalar).reverse().toString('hex')}`) + order;
  return Buffer.from(sum.toString(16).padStart(64, '0'), 'hex').reverse();
}
