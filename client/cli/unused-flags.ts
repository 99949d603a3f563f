import type { FlagTexts } from './run-flags.js';

/** Flags that a command takes, but does not use in one of its modes. */
interface UnusedFlags {
  /** Keys of the flags, as commander gives them. */
  readonly keys: readonly string[];
  /** Whether the flags choose that mode. */
  readonly mode: (flags: FlagTexts) => boolean;
  /** Why they have no meaning there, and what to do. */
  readonly why: string;
}

const DETACH_EMBEDDED: UnusedFlags = {
  keys: ['detach'],
  mode: ({ embedded }) => embedded === true,
  why: 'the workers of --embedded end with this command; use `gurukul up`, and then --detach without --embedded',
};

/**
 * By command: which flags a mode has no use for. Whoever gives one expects something to come of it, so it is
 * refused. The flags of a run's input (run-flags.ts) are checked as a whole by every command that takes them.
 */
export const UNUSED_FLAGS: Readonly<Record<string, readonly UnusedFlags[]>> = {
  run: [DETACH_EMBEDDED],
  resume: [DETACH_EMBEDDED],
  ingest: [
    {
      keys: ['html'],
      mode: ({ verify }) => verify !== true,
      why: 'only --verify writes this page; an ingest writes the coverage into its own folder',
    },
    {
      keys: ['embedded'],
      mode: ({ verify }) => verify === true,
      why: '--verify reads and checks by itself, without server and workers; leave it out',
    },
  ],
  doctor: [
    {
      keys: ['interval', 'record'],
      mode: ({ source }) => source === undefined,
      why: 'is about the answer of a provider; name one with --source',
    },
  ],
  approve: [
    {
      keys: ['expect'],
      mode: ({ dryRun }) => dryRun === true,
      why: 'is for the approval itself; --dry-run prints the token to give there',
    },
  ],
  score: [
    {
      keys: ['symbols', 'symbolsFile', 'universe', 'asOf', 'out'],
      mode: ({ outcomes }) => outcomes === true,
      why: '--outcomes scores nothing; leave it out',
    },
  ],
  'actions add': [
    {
      keys: ['kind', 'evidence'],
      mode: ({ file }) => file !== undefined,
      why: 'is about one action; the rows of --file have their own',
    },
  ],
  'schedule create': [
    {
      keys: ['to', 'runId'],
      mode: () => true,
      why: 'a schedule sets it for every run by itself; leave it out',
    },
  ],
};

/** Every flag that was given and is not used, with why, as `--html: …`. */
export function unusedFlags(command: string, flags: FlagTexts): string[] {
  return (UNUSED_FLAGS[command] ?? [])
    .filter(({ mode }) => mode(flags))
    .flatMap(({ keys, why }) =>
      keys.filter((key) => flags[key] !== undefined).map((key) => `${asFlag(key)}: ${why}`),
    );
}

/** `runId` is `--run-id`. */
function asFlag(key: string): string {
  return `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
