/** How many of its own standard errors the mean of some independent values lies above a supposed mean. */
export function zScore(values: readonly number[], supposed: number): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return (mean - supposed) / Math.sqrt(squares / (values.length - 1) / values.length);
}
