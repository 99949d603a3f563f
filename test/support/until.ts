const ASK_EVERY_MS = 50;

/** Resolves when something has come true; the test's own time limit ends the wait. */
export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
}
