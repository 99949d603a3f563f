/** Every time at which any symbol has a bar, ascending. */
export function marketTimes(series: readonly { readonly time: Int32Array }[]): Int32Array {
  const times = new Set<number>();
  for (const { time } of series) for (const minutes of time) times.add(minutes);
  return Int32Array.from(times).sort();
}

/** Index of each bar in the market's times. */
export function placesIn(times: Int32Array, time: Int32Array): Int32Array {
  let place = 0;
  return time.map((minutes) => {
    while ((times[place] ?? Infinity) < minutes) place += 1;
    return place;
  });
}
