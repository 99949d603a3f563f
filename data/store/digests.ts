import canonicalize from 'canonicalize';

// Apart, since every command opens a store and few of them write canonical JSON.
export { sha256 } from './sha256.js';

/**
 * The canonical JSON of a value, as RFC 8785 defines it: keys sorted as text by UTF-16 code units, no spaces, numbers
 * in their shortest form. Equal values give equal bytes, so anyone can recompute their digests with an implementation
 * of the RFC. As in `JSON.stringify`, undefined properties are left out, undefined elements of a list become null,
 * and half of a surrogate pair is written as an escape. (The RFC refuses the last. Here an error message of a
 * provider that was cut inside a pair must not stop a run.)
 *
 * @throws Error when the value contains NaN, Infinity or a cycle.
 * @throws TypeError when the value itself is undefined.
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('undefined has no JSON');
  return text;
}
