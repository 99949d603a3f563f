/** Return of a month or year, as a fraction. */
export interface PeriodReturn {
  /** `2024-06` or `2024`. */
  readonly period: string;
  readonly value: number;
}

/**
 * Returns of calendar months, from one month's last wealth to the next one's; the first starts at 1. Wealth counts for
 * the session in which a holding was formed.
 *
 * @param sessions ISO, ascending.
 */
export function monthlyReturns(
  sessions: readonly string[],
  equity: readonly (number | null)[],
): PeriodReturn[] {
  return periodReturns(sessions, equity, 'YYYY-MM'.length);
}

/** The same of calendar years. */
export function yearlyReturns(
  sessions: readonly string[],
  equity: readonly (number | null)[],
): PeriodReturn[] {
  return periodReturns(sessions, equity, 'YYYY'.length);
}

function periodReturns(
  sessions: readonly string[],
  equity: readonly (number | null)[],
  letters: number,
): PeriodReturn[] {
  const ends = new Map<string, number>();
  sessions.forEach((session, at) => {
    const wealth = equity[at] ?? null;
    if (wealth !== null) ends.set(session.slice(0, letters), wealth);
  });
  let before = 1;
  return Array.from(ends, ([period, wealth]) => {
    const value = wealth / before - 1;
    before = wealth;
    return { period, value };
  });
}
