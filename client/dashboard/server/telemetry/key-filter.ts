/** Bits of a filter: 1 KiB, 8 bits for each of 1,024 keys, of which a fiftieth of those that are not in it seem to be. */
const BITS = 8_192;
const HASHES = 5;

/**
 * A set of texts in bounded memory that may take a text for one of its own, and never the other way round: a Bloom
 * filter (Bloom 1970), with two hashes for all (Kirsch and Mitzenmacher 2006).
 */
export class KeyFilter {
  private bits: Uint8Array | undefined;

  add(key: string): void {
    this.bits ??= new Uint8Array(BITS / 8);
    for (const bit of bitsOf(key)) {
      const byte = bit >>> 3;
      this.bits[byte] = (this.bits[byte] ?? 0) | (1 << (bit & 7));
    }
  }

  /** False: it was not added. True: it was, or seldom one that looks like it. */
  mayHave(key: string): boolean {
    const { bits } = this;
    return (
      bits !== undefined && bitsOf(key).every((bit) => ((bits[bit >>> 3] ?? 0) & (1 << (bit & 7))) !== 0)
    );
  }
}

function bitsOf(key: string): number[] {
  const first = hashOf(key, 0x811c9dc5);
  // Odd, so that its multiples reach all bits.
  const second = hashOf(key, 0x01234567) | 1;
  return Array.from({ length: HASHES }, (_, n) => ((first + Math.imul(n, second)) >>> 0) % BITS);
}

/** FNV-1a of UTF-16 units, and a last mix: its low bits alone are poor. */
function hashOf(text: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
