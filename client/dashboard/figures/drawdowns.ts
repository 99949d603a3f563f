/** A fall of wealth below an earlier peak. */
export interface Drawdown {
  /** Places in the curve; the peak is −1 where it is the start, before the first value. */
  readonly peak: number;
  readonly trough: number;
  /** Where the wealth is at the peak again; null: not yet. */
  readonly recovered: number | null;
  /** As a positive fraction of the peak. */
  readonly depth: number;
}

/** How far wealth is below its peak so far, as a fraction from −1 to 0; the start is 1. */
export function underwater(equity: readonly (number | null)[]): (number | null)[] {
  let peak = 1;
  return equity.map((wealth) => {
    if (wealth === null) return null;
    peak = Math.max(peak, wealth);
    return wealth / peak - 1;
  });
}

/** All falls below a peak, the deepest first. */
export function drawdownsOf(equity: readonly (number | null)[]): Drawdown[] {
  const found: Drawdown[] = [];
  let top = { at: -1, wealth: 1 };
  let lowest: { readonly at: number; readonly wealth: number } | undefined;
  const close = (recovered: number | null): void => {
    if (lowest === undefined) return;
    found.push({ peak: top.at, trough: lowest.at, recovered, depth: 1 - lowest.wealth / top.wealth });
    lowest = undefined;
  };
  for (const [at, wealth] of equity.entries()) {
    if (wealth === null) continue;
    if (wealth >= top.wealth) {
      close(at);
      top = { at, wealth };
    } else if (lowest === undefined || wealth < lowest.wealth) lowest = { at, wealth };
  }
  close(null);
  return found.sort((a, b) => b.depth - a.depth || a.peak - b.peak);
}
