// @ts-check

/**
 * The runs side by side, and whether their bundles are the same.
 * @param {readonly import('./run-on-node.mjs').SmokeResult[]} results
 * @returns {{ ok: boolean, text: string }} Not ok: a run failed, or two bundles differ.
 */
export function smokeReport(results) {
  const rows = results.map(
    ({ node, seconds, digest, problem }) =>
      `${node.padEnd(10)} ${String(seconds).padStart(4)} s  ${digest ?? `failed: ${problem}`}`,
  );
  const failed = results.filter(({ digest }) => digest === undefined).length;
  const different = new Set(results.map(({ digest }) => digest)).size;
  const sum =
    failed > 0
      ? `${failed} of ${results.length} runs failed`
      : different === 1
        ? `the bundle digests are equal on ${results.length} versions of Node.js`
        : `the bundle digests differ: ${different} of them`;
  return { ok: failed === 0 && different === 1, text: [...rows, sum].join('\n') };
}
