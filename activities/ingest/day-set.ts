/** Days of a series, to be asked for many times. */
export interface DaySet {
  has(day: number): boolean;
}

/** @param days Day numbers, rising. */
export function daySet(days: ArrayLike<number>): DaySet {
  const first = days[0] ?? 0;
  const there = new Uint8Array(days.length === 0 ? 0 : (days[days.length - 1] ?? 0) - first + 1);
  for (let at = 0; at < days.length; at += 1) there[(days[at] ?? 0) - first] = 1;
  return { has: (day) => there[day - first] === 1 };
}
