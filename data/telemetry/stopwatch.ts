/**
 * Measures how long something takes, for telemetry alone: no result may depend on it.
 *
 * @returns Milliseconds since the call, whole.
 */
export function stopwatch(): () => number {
  const begun = performance.now();
  return () => Math.round(performance.now() - begun);
}
