/** Mean and spread of several values for each row of a symbol. */
export class SpreadSums {
  readonly #counts: Int32Array;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;

  constructor(rows: number) {
    this.#counts = new Int32Array(rows);
    this.#sums = new Float64Array(rows);
    this.#squares = new Float64Array(rows);
  }

  add(row: number, value: number): void {
    this.#counts[row] = (this.#counts[row] ?? NaN) + 1;
    this.#sums[row] = (this.#sums[row] ?? NaN) + value;
    this.#squares[row] = (this.#squares[row] ?? NaN) + value * value;
  }

  /** Rows with a value, ascending. */
  rows(): Int32Array {
    return Int32Array.from(this.#counts.keys()).filter((row) => (this.#counts[row] ?? 0) > 0);
  }

  /** NaN without a value. */
  mean(row: number): number {
    return (this.#sums[row] ?? NaN) / (this.#counts[row] ?? 0);
  }

  /** Standard deviation (ddof 0); NaN with fewer than two values. */
  spread(row: number): number {
    const count = this.#counts[row] ?? 0;
    if (count < 2) return NaN;
    const mean = this.mean(row);
    return Math.sqrt(Math.max(0, (this.#squares[row] ?? NaN) / count - mean * mean));
  }
}
