import type { Command } from 'commander';
import { Option } from 'commander';

import { LABELS } from '../../data/schemas/label-rule.js';
import type { RunInputDraft } from '../../data/schemas/run-input.js';
import {
  ACCELERATORS,
  ADJUSTMENTS,
  DATE_FORMATS,
  ENTRIES,
  INTERVALS,
  MEMBERSHIPS,
  REUSES,
  RUN_DEFAULTS,
  SOURCES,
  STAMPS,
  SYNTHETIC_END,
} from '../../data/schemas/run-choices.js';

/** Flags as commander gives them: key (`windowDays`) to text. */
export type FlagTexts = Readonly<Record<string, unknown>>;

/** How a flag's text becomes a value of the run's input. */
type FlagKind = 'text' | 'number' | 'list' | 'path' | 'switch';

interface RunFlag {
  readonly key: keyof RunInputDraft;
  readonly kind: FlagKind;
  /** As commander wants it. */
  readonly flags: string;
  readonly help: string;
  /** The values that it can have, where they can be listed. */
  readonly choices?: readonly string[];
  /** The commands that have it; absent: all that take a run's input. */
  readonly only?: readonly string[];
}

/** The flags of run, plan and ingest that stand for one key of the run's input. */
export const RUN_FLAGS: readonly RunFlag[] = [
  {
    key: 'universe',
    kind: 'path',
    flags: '--universe <name|file>',
    help: '"nifty100", or a universe file (CSV or JSON)',
  },
  {
    key: 'symbols',
    kind: 'list',
    flags: '--symbols <A,B>',
    help: 'only these symbols of the universe',
  },
  { key: 'from', kind: 'text', flags: '--from <date>', help: 'first day, YYYY-MM-DD' },
  {
    key: 'to',
    kind: 'text',
    flags: '--to <date>',
    help: `end date, exclusive (default: the day after the last complete session; ${SYNTHETIC_END} for synthetic)`,
  },
  {
    key: 'interval',
    kind: 'text',
    flags: '--interval <interval>',
    help: 'length of a bar',
    choices: INTERVALS,
  },
  { key: 'windowDays', kind: 'number', flags: '--window-days <days>', help: 'calendar days of a window' },
  {
    key: 'label',
    kind: 'text',
    flags: '--label <kind>',
    help: 'what is predicted: the return over --horizon, or which barrier the price touches first, --threshold above or --lower-barrier below',
    choices: LABELS,
  },
  {
    key: 'horizon',
    kind: 'number',
    flags: '--horizon <bars>',
    help: 'bars ahead that a label looks, at most',
  },
  {
    key: 'threshold',
    kind: 'number',
    flags: '--threshold <fraction>',
    help: 'forward return above which a label is 1; the upper barrier',
  },
  {
    key: 'lowerBarrier',
    kind: 'number',
    flags: '--lower-barrier <fraction>',
    help: 'how far below the entry price the lower barrier lies (default: as far as the upper one)',
  },
  {
    key: 'entry',
    kind: 'text',
    flags: '--entry <when>',
    help: 'where a trade can be made, and so what returns start from: the open or the close of the next bar, or the close that the features end with, at which nobody can trade any more',
    choices: ENTRIES,
  },
  { key: 'source', kind: 'text', flags: '--source <source>', help: 'where bars come from', choices: SOURCES },
  { key: 'bars', kind: 'path', flags: '--bars <dir>', help: 'folder of bar files, for the csv source' },
  {
    key: 'adjust',
    kind: 'text',
    flags: '--adjust <how>',
    help: 'corporate actions: auto applies each one that the bars show, splits all of them (bars are as traded), none applies none (bars are adjusted)',
    choices: ADJUSTMENTS,
  },
  {
    key: 'format',
    kind: 'text',
    flags: '--format <name>',
    help: 'format of all bar files (default: recognised file by file)',
  },
  {
    key: 'dateFormat',
    kind: 'text',
    flags: '--date-format <order>',
    help: 'order of day and month in bar files, where dates such as 03/04/2023 leave it open',
    choices: DATE_FORMATS,
  },
  {
    key: 'stamps',
    kind: 'text',
    flags: '--stamps <where>',
    help: 'whether intraday bars are stamped with their start or their end (default: start)',
    choices: STAMPS,
  },
  {
    key: 'membership',
    kind: 'text',
    flags: '--membership <when>',
    help: 'who takes part: the members of the index at each date, or those of today (default: point-in-time for real sources, today for synthetic)',
    choices: MEMBERSHIPS,
  },
  {
    key: 'offline',
    kind: 'switch',
    flags: '--offline',
    help: 'call no provider: use what was fetched before',
  },
  {
    key: 'crossCheck',
    kind: 'path',
    flags: '--cross-check <dir>',
    help: 'folder of bar files of a second source to compare with',
  },
  {
    key: 'maxFailureRate',
    kind: 'number',
    flags: '--max-failure-rate <fraction>',
    help: 'share of failed windows among those tried, above which the run fails',
  },
  {
    key: 'accelerator',
    kind: 'text',
    flags: '--accelerator <kind>',
    help: 'what trains; auto: the GPU where there is a worker for it',
    choices: ACCELERATORS,
  },
  { key: 'seed', kind: 'number', flags: '--seed <number>', help: 'seed of all random numbers' },
  {
    key: 'reuse',
    kind: 'text',
    flags: '--reuse <whose>',
    help: 'all: reuse what other runs of this home have trained on the same bars; own: train it again',
    choices: REUSES,
  },
  {
    key: 'author',
    kind: 'text',
    flags: '--author <name>',
    help: "who makes the run, and so may not approve it (default: the system's user); a declaration, which nobody checks",
    only: ['run', 'create'],
  },
  { key: 'runId', kind: 'text', flags: '--run-id <id>', help: 'default: live_candidate_ and the time (UTC)' },
];

const SYMBOLS_FILE = '--symbols-file <file>';
const CONFIG = '--config <file>';

/**
 * A flag whose values can be listed, for help and completion. commander does not check them: it would stop at
 * the first wrong flag, where all are to be named at once.
 */
export function choiceFlag(flags: string, help: string, choices: readonly string[]): Option {
  const option = new Option(flags, help);
  option.argChoices = [...choices];
  return option;
}

/** Gives a verb the common flags of run, plan and ingest. */
export function addRunFlags(command: Command): Command {
  const defaults: Readonly<Record<string, string | number>> = RUN_DEFAULTS;
  for (const { key, flags, help, choices, only } of RUN_FLAGS) {
    if (only !== undefined && !only.includes(command.name())) continue;
    const value = defaults[key];
    const text = value === undefined ? help : `${help} (default: ${value})`;
    command.addOption(choices === undefined ? new Option(flags, text) : choiceFlag(flags, text, choices));
    if (key === 'symbols') command.option(SYMBOLS_FILE, 'the same from a file, one a line');
  }
  return command.option(CONFIG, 'JSON with the same keys (windowDays, …); flags win over it');
}

/** How a key of the run's input is called on the command line: `windowDays` is `--window-days`. */
export function flagName(path: string): string {
  const [key = path, ...inside] = path.split('.');
  const flag = RUN_FLAGS.find((known) => known.key === key);
  if (flag === undefined) return path;
  const name = flag.flags.split(' ')[0] ?? key;
  return inside.length === 0 ? name : `${name}[${inside.join('.')}]`;
}
