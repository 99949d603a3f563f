/**
 * The symbols at one time, with a column for each figure that is compared between them. Each symbol has the same place
 * at every time; a figure that it lacks, or every one where it has no bar, is NaN.
 */
export interface Section {
  /** Number of places: distance between two columns. */
  readonly size: number;
  /** Column-major [columns × size]. */
  readonly values: Float32Array;
  /** 1 for the members of the index. */
  readonly member: Uint8Array;
  /** Number of the sector of each symbol. */
  readonly sector: Int32Array;
}

export function createSection(sector: Int32Array, columns: number): Section {
  const size = sector.length;
  return { size, values: new Float32Array(size * columns), member: new Uint8Array(size), sector };
}

/** Places in a key: more than any universe has symbols. */
const PLACES = 65536;
/** Up to this many values are sorted by insertion, which is fast where the order is nearly that of the time before. */
const MOST_INSERTED = 160;

/**
 * Replaces columns of a section by centred ranks among the members: (less − greater) / 2n, with n the members whose
 * value is known; 0 where the value is not known. A symbol that is no member is placed among them.
 *
 * Columns are sorted from the order that they had at the time before: most figures change slowly. Equal values have
 * equal ranks, so the result does not depend on it.
 */
export function createRanker({ size, values, member }: Section): (column: number) => void {
  // The bits of a float32, read as an integer, sort as the float does once negative ones are turned around.
  const bits = new Int32Array(values.buffer);
  // A value and its place in one number, which sorts as the value does.
  const keys = new Float64Array(size);
  const orders = new Int32Array(values.length);
  for (let cell = 0; cell < orders.length; cell += 1) orders[cell] = cell % size;

  return (column) => {
    const first = column * size;
    let known = 0;
    let members = 0;
    // The places without a value go to the end of the order, from the last.
    let free = size;
    for (let turn = 0; turn < size; turn += 1) {
      const at = orders[first + turn] ?? 0;
      const value = values[first + at] ?? NaN;
      if (value !== value) {
        values[first + at] = 0;
        free -= 1;
        keys[free] = at;
        continue;
      }
      const word = bits[first + at] ?? 0;
      const key = value === 0 ? 0 : word < 0 ? word ^ 0x7fff_ffff : word;
      keys[known] = key * PLACES + at;
      known += 1;
      members += member[at] ?? 0;
    }
    for (let turn = known; turn < size; turn += 1) orders[first + turn] = keys[turn] ?? 0;
    sortFirst(keys, known);
    for (let start = 0, less = 0; start < known;) {
      const key = Math.floor((keys[start] ?? 0) / PLACES);
      let end = start;
      let equal = 0;
      for (; end < known; end += 1) {
        const at = (keys[end] ?? 0) - key * PLACES;
        if (at >= PLACES) break;
        equal += member[at] ?? 0;
      }
      // less − greater, where greater = members − less − equal.
      const rank = members === 0 ? 0 : (2 * less + equal - members) / (2 * members);
      for (; start < end; start += 1) {
        const at = (keys[start] ?? 0) - key * PLACES;
        values[first + at] = rank;
        orders[first + start] = at;
      }
      less += equal;
    }
  };
}

function sortFirst(keys: Float64Array, count: number): void {
  if (count > MOST_INSERTED) {
    keys.subarray(0, count).sort();
    return;
  }
  for (let place = 1; place < count; place += 1) {
    const key = keys[place] ?? 0;
    let at = place - 1;
    while (at >= 0 && (keys[at] ?? 0) > key) {
      keys[at + 1] = keys[at] ?? 0;
      at -= 1;
    }
    keys[at + 1] = key;
  }
}
