import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { z } from 'zod';

import { InvalidInputError } from '../../../data/errors.js';
import { readIfExists } from '../../../data/store/files.js';
import { parseJsonLines } from '../../../data/store/json-lines.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { unknownRun } from '../find-run.js';
import { formatTime } from '../format.js';
import type { JsonFlags } from '../shared-flags.js';

export interface LogsFlags extends JsonFlags {
  readonly last?: string;
}

const eventSchema = z.looseObject({ at: z.iso.datetime(), event: z.string() });
/** A line of a worker's log, as pino writes it. */
const logLineSchema = z.looseObject({
  time: z.number(),
  level: z.number(),
  msg: z.string(),
  run: z.string(),
});

/** One thing that happened. */
interface Entry {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly line: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Names of log levels below which a line is for developers: pino's `info`. */
const LEAST_LEVEL = 30;
/** Fields that say when, where and of which run, which the reader knows. */
const KNOWN: ReadonlySet<string> = new Set([
  'at',
  'run',
  'event',
  'id',
  'time',
  'level',
  'pid',
  'hostname',
  'msg',
  'roles',
  'host',
]);
/** Characters of one field. */
const LONGEST = 200;

/** What a run has recorded, and what workers logged about it. */
export async function logs(cli: Cli, runId: string, { last, json = false }: LogsFlags): Promise<ExitCode> {
  const most = last === undefined ? undefined : Number(last);
  if (most !== undefined && (!Number.isInteger(most) || most < 1))
    throw new InvalidInputError([`--last: must be a whole number from 1, not ${last}`]);
  const telemetry = await readIfExists(cli.home.telemetry(runId));
  if (telemetry === undefined) throw new InvalidInputError([await unknownRun(cli.home, runId)]);
  const entries = [
    ...parseJsonLines(telemetry.toString('utf8'), eventSchema).map(eventEntry),
    ...(await workerEntries(cli.home.logs(), runId)),
  ].sort((a, b) => a.at - b.at);
  for (const { line, text } of most === undefined ? entries : entries.slice(-most))
    cli.out(json ? JSON.stringify(line) : text);
  return EXIT.ok;
}

function eventEntry(line: z.output<typeof eventSchema>): Entry {
  const at = Date.parse(line.at);
  return { at, line, text: textOf(at, line.event, line) };
}

async function workerEntries(folder: string, runId: string): Promise<Entry[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^worker-.*\.log$/.test(name));
  const entries: Entry[] = [];
  for (const name of names.sort()) {
    const text = (await readIfExists(path.join(folder, name)))?.toString('utf8') ?? '';
    for (const line of parseJsonLines(text, logLineSchema))
      if (line.run === runId && line.level >= LEAST_LEVEL)
        entries.push({ at: line.time, line, text: textOf(line.time, `worker: ${line.msg}`, line) });
  }
  return entries;
}

/** `2024-01-03 09:15:00  window_failed  symbol=TCS error=Diverged`. */
function textOf(at: number, what: string, line: Readonly<Record<string, unknown>>): string {
  const fields = Object.entries(line)
    .filter(([name, value]) => !KNOWN.has(name) && value !== null && !isEmpty(value))
    .map(([name, value]) => `${name}=${shown(value)}`);
  return [formatTime(new Date(at)), what, fields.join(' ')].join('  ').trimEnd();
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const quoted = typeof value === 'string' && /\s/.test(text) ? JSON.stringify(text) : text;
  return quoted.length > LONGEST ? `${quoted.slice(0, LONGEST)}…` : quoted;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
