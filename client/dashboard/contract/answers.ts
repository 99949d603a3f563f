/** What the server answers where it refuses or fails: the same words as on the command line. */
export interface ProblemAnswer {
  /** Error type of the closed union; `InvalidInput` where the request is at fault. */
  readonly error: string;
  readonly problems: readonly string[];
}

/** What an action answers: what the command of the same name prints with `--json`, and its notes. */
export interface ActionAnswer {
  readonly result: unknown;
  readonly notes: readonly string[];
}
