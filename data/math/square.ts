/** x². A product is rounded the same everywhere, which the language does not promise of `**`. */
export function square(x: number): number {
  return x * x;
}
