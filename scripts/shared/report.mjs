// @ts-check

/**
 * What set-up prints: a line when a step starts, with how long it usually takes, lines while a long one runs,
 * and its outcome.
 */

/** @param {string} text */
export function say(text) {
  process.stdout.write(`gurukul set-up: ${text}\n`);
}

/**
 * `1 min 5 s`
 * @param {number} ms
 * @returns {string}
 */
export function duration(ms) {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/**
 * Runs a step that may take long: reports its start, that it still runs, every half minute, and its end.
 * @template T
 * @param {string} what
 * @param {string} usually How long it usually takes.
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function longStep(what, usually, work) {
  say(`${what} (usually ${usually}) …`);
  const started = Date.now();
  const timer = setInterval(() => say(`  still ${what}, ${duration(Date.now() - started)} so far`), 30_000);
  try {
    const result = await work();
    say(`  done in ${duration(Date.now() - started)}`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
