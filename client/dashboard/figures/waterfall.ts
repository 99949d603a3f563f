/** A step from what was earned before costs to what is left. */
export interface WaterfallStep {
  readonly name: string;
  /** Where the bar begins and ends. */
  readonly from: number;
  readonly to: number;
  readonly kind: 'total' | 'cost';
}

/** From gross to net: each charge takes what it costs. @param charges As positive fractions. */
export function waterfall(
  gross: number,
  charges: readonly { readonly charge: string; readonly perYear: number }[],
): WaterfallStep[] {
  let left = gross;
  const costs = charges.map(({ charge, perYear }): WaterfallStep => {
    const from = left;
    left -= perYear;
    return { name: charge, from, to: left, kind: 'cost' };
  });
  return [
    { name: 'gross', from: 0, to: gross, kind: 'total' },
    ...costs,
    { name: 'net', from: 0, to: left, kind: 'total' },
  ];
}

/** Arithmetic mean return per year of holdings, each over its bars. */
export function meanPerYear(
  returns: readonly (number | null)[],
  bars: readonly (number | null)[],
  periodsPerYear: number,
): number | null {
  let [sum, count] = [0, 0];
  for (const [at, value] of returns.entries()) {
    const held = bars[at] ?? null;
    if (value === null || held === null) continue;
    sum += value / held;
    count += 1;
  }
  return count === 0 ? null : (sum / count) * periodsPerYear;
}
