/**
 * The known signal in the synthetic bars: the expected return of a symbol's next session, given its past returns
 * relative to the market. It reverses over the last {@link REVERSAL} sessions and follows the trend of the
 * {@link TREND} sessions before those:
 *
 *     E[r(t+1)] = σ(t+1) · STRENGTH · (z_trend − z_reversal) / √2
 *
 * where each z is a sum of relative returns divided by its standard deviation, clipped at ±{@link CUT}. Both can be
 * derived from the 5-session and 20-session returns relative to the market, which ordinary feature sets contain.
 *
 * Its strength, measured on 96 symbols with seeds 7, 1 and 2: the correlation of the signal with the next session's
 * return is 0.09 (0.8 % of its variance). For the label "return over 5 sessions > 2 %" on the forward rows of 2022-07
 * to 2024-12 (58,000 rows, base rate 0.32), the signal alone has a daily rank IC of 0.14 to 0.16 and an AUC of 0.56
 * to 0.57; a logistic regression of the project's features, fitted on all earlier rows, has 0.17 to 0.19 and 0.56 to
 * 0.58. With returns shuffled within each symbol, both have an AUC of 0.50.
 */
export const REVERSAL = 5;
export const TREND = 15;
/** Price move per unit of the signal, in standard deviations of the symbol's own return. */
export const STRENGTH = 0.13;
const CUT = 3;

/** The signal of one symbol, computed session by session. */
export interface Signal {
  /** Adds a session's return relative to the market, in units of its long-run standard deviation. */
  push(relative: number): void;
  /** The signal for the next session, approximately standard normal; 0 until there is enough history. */
  value(): number;
}

export function signal(): Signal {
  const past: number[] = [];
  let recent = 0;
  let trend = 0;
  return {
    push: (relative) => {
      past.push(relative);
      const leavesRecent = past[past.length - 1 - REVERSAL] ?? 0;
      recent += relative - leavesRecent;
      trend += leavesRecent - (past[past.length - 1 - REVERSAL - TREND] ?? 0);
    },
    value: () =>
      past.length < REVERSAL + TREND
        ? 0
        : (cut(trend / Math.sqrt(TREND)) - cut(recent / Math.sqrt(REVERSAL))) / Math.SQRT2,
  };
}

function cut(value: number): number {
  return Math.min(CUT, Math.max(-CUT, value));
}
