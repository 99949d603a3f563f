import { readVarInt } from 'hyparquet/src/thrift.js';

/** Bit-packed values come in groups of eight, so the last group of a page may have some too many. */
const PACKED_GROUP = 8;

/** A dictionary never has more entries than a row group has rows. */
const MOST_BITS = 24;

/** Whether the runs of a page with a dictionary (bit width, then runs) give exactly its values. */
export function runsHold(page: Uint8Array, values: number): boolean {
  const width = page[0] ?? 0;
  if (width > MOST_BITS) return false;
  const seen = walkRuns(page, 1, width, values);
  return seen !== undefined && (seen >= values || width === 0);
}

/** How many of the values are there, by a page's definition levels (runs of one bit); undefined: no such runs. */
export function presentValues(levels: Uint8Array, values: number): number | undefined {
  let present = 0;
  const seen = walkRuns(levels, 0, 1, values, (count, at, packed) => {
    if (!packed) present += (levels[at] ?? 0) === 0 ? 0 : count;
    else
      for (let i = 0; i < count; i += 1)
        present += ((levels[at + Math.floor(i / PACKED_GROUP)] ?? 0) >> (i % PACKED_GROUP)) & 1;
  });
  return seen !== undefined && seen >= values ? present : undefined;
}

/**
 * Walks over runs of values.
 *
 * @param bits Of a value.
 * @param each Called for every run with its values, without those beyond the last one, and where they start.
 * @returns How many values the runs give; undefined where one goes beyond the last value.
 */
function walkRuns(
  bytes: Uint8Array,
  from: number,
  bits: number,
  values: number,
  each?: (count: number, at: number, packed: boolean) => void,
): number | undefined {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: from };
  let seen = 0;
  while (seen < values && reader.offset < bytes.byteLength) {
    const header = readVarInt(reader);
    const packed = (header & 1) === 1;
    const count = packed ? (header >>> 1) * PACKED_GROUP : header >>> 1;
    const left = values - seen;
    if (count > left + (packed ? PACKED_GROUP - 1 : 0)) return undefined;
    each?.(Math.min(count, left), reader.offset, packed);
    seen += count;
    // The reader takes a byte of every packed run, of one without bits too.
    reader.offset += packed ? Math.max(1, (count * bits) / 8) : (bits + 7) >> 3;
  }
  return seen;
}
