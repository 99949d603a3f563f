/**
 * The y coordinates of the points of small order of Ed25519, little-endian, without the sign bit. For such a public key,
 * signatures can be made without any private key. The two that are not listed (p and p + 1) are not canonical.
 */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]);

/** The prime of the field. */
const PRIME = (1n << 255n) - 19n;

/**
 * True for 32 bytes that are no acceptable Ed25519 public key: a point of small order (with either sign bit), or a y
 * coordinate that is not canonical, RFC 8032, section 5.1.3.
 */
export function isWeakPoint(point: Uint8Array): boolean {
  if (point.length !== 32) return true;
  const y = Buffer.from(point);
  y[31] = (y[31] ?? 0) & 0x7f;
  if (SMALL_ORDER.has(y.toString('hex'))) return true;
  return BigInt(`0x${Buffer.from(y).reverse().toString('hex')}`) >= PRIME;
}
