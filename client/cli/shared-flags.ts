/** Arguments and flags that many commands share. */

export const RUN = ['<run>', 'run id, as `gurukul list` shows it'] as const;
export const JSON_LINE = ['--json', 'one line of JSON on stdout'] as const;
export const JSON_DOCUMENT = ['--json', 'one JSON document on stdout'] as const;

/** A command with `--json` and no other flag. */
export interface JsonFlags {
  readonly json?: boolean;
}
