/** Numbers that are added one after the other, or many at once, without an object for each. */
export class Column {
  /** The numbers, and room for more behind them. */
  data: Float64Array;
  length = 0;

  constructor(room = 16) {
    this.data = new Float64Array(room);
  }

  push(value: number): void {
    if (this.length === this.data.length) this.grow(2 * this.length);
    this.data[this.length] = value;
    this.length += 1;
  }

  append(other: Column): void {
    const length = this.length + other.length;
    if (length > this.data.length) this.grow(Math.max(length, 2 * this.data.length));
    this.data.set(other.data.subarray(0, other.length), this.length);
    this.length = length;
  }

  private grow(room: number): void {
    const data = new Float64Array(Math.max(16, room));
    data.set(this.data.subarray(0, this.length));
    this.data = data;
  }
}
