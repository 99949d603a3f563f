/** The order of the group of P-256, FIPS 186-5 and SP 800-186, 3.2.1.3. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const BYTES = 32;
const INTEGER = 0x02;
const SEQUENCE = 0x30;

/**
 * The one accepted form of an ECDSA signature on P-256: ASN.1 DER, as DSSE's implementations expect it, with the lower
 * one of the two values of s. For every signature (r, s) the pair (r, n − s) holds too, so without this rule anybody
 * could make other bytes of a valid signature.
 *
 * @param pair r and s, 32 bytes each (IEEE P1363).
 */
export function toLowDer(pair: Uint8Array): Buffer {
  const r = numberOf(pair.subarray(0, BYTES));
  const s = numberOf(pair.subarray(BYTES));
  return encode(r, s > ORDER / 2n ? ORDER - s : s);
}

/** True for a signature in the form of `toLowDer`, byte for byte. */
export function isLowDer(signature: Uint8Array): boolean {
  const bytes = Buffer.from(signature);
  // Two integers of at most 33 bytes: all lengths are of one byte.
  const ofR = bytes[3] ?? 0;
  const r = numberOf(bytes.subarray(4, 4 + ofR));
  const s = numberOf(bytes.subarray(4 + ofR + 2));
  return r > 0n && r < ORDER && s > 0n && s <= ORDER / 2n && encode(r, s).equals(bytes);
}

function encode(r: bigint, s: bigint): Buffer {
  const parts = Buffer.concat([integer(r), integer(s)]);
  return Buffer.concat([Buffer.from([SEQUENCE, parts.length]), parts]);
}

/** DER of a positive number: as few bytes as possible, the first one below 0x80. */
function integer(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  const signed = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes;
  return Buffer.concat([Buffer.from([INTEGER, signed.length]), signed]);
}

function numberOf(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}
