/** What the command's exit status says; the same for every verb. */
export const EXIT = {
  ok: 0,
  failed: 1,
  badInput: 2,
  /** The run ended, with more failures than `--max-failure-rate` allows. */
  aboveThreshold: 3,
  /** A bundle that this version of the program cannot check whole. */
  partlyChecked: 4,
  /** Left by Ctrl-C before the end, as shells have it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
