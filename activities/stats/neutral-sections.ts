import { MIN_NEUTRAL_SYMBOLS } from './neutral.js';
import type { RegressorColumns } from './regression.js';
import { Regression } from './regression.js';

/** Directions that the exposures of a cross-section span: volatility, beta and traded value. */
const DIRECTIONS = 3;

/**
 * What the exposures of many cross-sections take out of values: kept, so that any number of columns can be made neutral
 * with one regression for each cross-section. Rows are in the order of their cross-sections.
 */
export class NeutralSections {
  /** Number of the group of each row within its cross-section: its sector. */
  readonly #group: Int32Array;
  /** Orthonormal directions, row-major [rows × 3]; 0 where there are fewer. */
  readonly #directions: Float64Array;
  /** Buffers: sums by group, and along each direction. */
  #sums = new Float64Array(0);
  #along = new Float64Array(0);

  /**
   * @param starts Index of the first row of each cross-section, then the number of rows.
   * @param columnsOf What the rows of a cross-section are regressed on.
   */
  constructor(
    readonly starts: Int32Array,
    columnsOf: (section: number) => RegressorColumns,
  ) {
    const count = starts.at(-1) ?? 0;
    this.#group = new Int32Array(count);
    this.#directions = new Float64Array(count * DIRECTIONS);
    let most = 0;
    for (let section = 0; section + 1 < starts.length; section += 1)
      most = Math.max(most, (starts[section + 1] ?? 0) - (starts[section] ?? 0));
    const regression = new Regression(most);
    for (let section = 0; section + 1 < starts.length; section += 1) {
      const [from, until] = [starts[section] ?? 0, starts[section + 1] ?? 0];
      // With fewer symbols only the mean is taken out.
      if (until - from >= MIN_NEUTRAL_SYMBOLS) this.#keep(regression, columnsOf(section), from);
    }
  }

  #keep(regression: Regression, columns: RegressorColumns, from: number): void {
    regression.fit(columns);
    const { group, directions } = regression.basis();
    this.#group.set(group, from);
    directions.forEach((direction, place) => {
      for (let at = 0; at < columns.count; at += 1)
        this.#directions[(from + at) * DIRECTIONS + place] = direction[at] ?? NaN;
    });
  }

  /**
   * Makes every column of a cross-section neutral, in place, in float32 with float64 sums. Means by sector and the
   * directions are orthogonal, so all are taken out at once.
   *
   * @param values Row-major [rows of the cross-section × width], all known.
   */
  takeOut(section: number, values: Float32Array, width = 1): void {
    const [from, until] = [this.starts[section] ?? 0, this.starts[section + 1] ?? 0];
    const group = this.#group.subarray(from, until);
    const directions = this.#directions.subarray(from * DIRECTIONS, until * DIRECTIONS);
    const sizes = sizesOf(group);
    if (this.#sums.length < sizes.length * width) this.#sums = new Float64Array(sizes.length * width);
    if (this.#along.length < DIRECTIONS * width) this.#along = new Float64Array(DIRECTIONS * width);
    const sums = this.#sums.fill(0);
    const along = this.#along.fill(0);
    for (let at = 0; at < group.length; at += 1)
      addRow(values, at * width, width, sums, (group[at] ?? 0) * width, along, directions, at);
    divideRows(sums, sizes, width);
    for (let at = 0; at < group.length; at += 1)
      subtractRow(values, at * width, width, sums, (group[at] ?? 0) * width, along, directions, at);
  }
}

/** Adds a row of values to the sums of its group, and along each direction. */
function addRow(
  values: Float32Array,
  first: number,
  width: number,
  sums: Float64Array,
  start: number,
  along: Float64Array,
  directions: Float64Array,
  row: number,
): void {
  const d0 = directions[row * DIRECTIONS] ?? NaN;
  const d1 = directions[row * DIRECTIONS + 1] ?? NaN;
  const d2 = directions[row * DIRECTIONS + 2] ?? NaN;
  for (let column = 0; column < width; column += 1) {
    const value = values[first + column] ?? NaN;
    sums[start + column] = (sums[start + column] ?? NaN) + value;
    along[column] = (along[column] ?? NaN) + d0 * value;
    along[width + column] = (along[width + column] ?? NaN) + d1 * value;
    along[2 * width + column] = (along[2 * width + column] ?? NaN) + d2 * value;
  }
}

/** Takes the means of its group, and what lies along each direction, out of a row of values. */
function subtractRow(
  values: Float32Array,
  first: number,
  width: number,
  means: Float64Array,
  start: number,
  along: Float64Array,
  directions: Float64Array,
  row: number,
): void {
  const d0 = directions[row * DIRECTIONS] ?? NaN;
  const d1 = directions[row * DIRECTIONS + 1] ?? NaN;
  const d2 = directions[row * DIRECTIONS + 2] ?? NaN;
  for (let column = 0; column < width; column += 1)
    values[first + column] =
      (values[first + column] ?? NaN) -
      (means[start + column] ?? NaN) -
      d0 * (along[column] ?? NaN) -
      d1 * (along[width + column] ?? NaN) -
      d2 * (along[2 * width + column] ?? NaN);
}

/** Divides every row of a matrix by its divisor. */
function divideRows(values: Float64Array, divisors: Float64Array, width: number): void {
  for (let cell = 0; cell < divisors.length * width; cell += 1)
    values[cell] = (values[cell] ?? NaN) / (divisors[Math.floor(cell / width)] ?? NaN);
}

/** Number of rows of each group. */
function sizesOf(group: Int32Array): Float64Array {
  let groups = 1;
  for (let at = 0; at < group.length; at += 1) groups = Math.max(groups, (group[at] ?? 0) + 1);
  const sizes = new Float64Array(groups);
  for (let at = 0; at < group.length; at += 1) {
    const own = group[at] ?? 0;
    sizes[own] = (sizes[own] ?? NaN) + 1;
  }
  return sizes;
}
