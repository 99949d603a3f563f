import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { z } from 'zod';

import { InvalidInputError } from '../../../data/errors.js';
import { anyEventSchema } from '../../../data/schemas/telemetry.js';
import { readIfExists } from '../../../data/store/files.js';
import type { Home } from '../../../data/store/home.js';
import { parseJsonLines } from '../../../data/store/json-lines.js';
import { readTelemetry } from '../../../data/telemetry/read-telemetry.js';
import { telemetryFiles } from '../../../data/store/telemetry-files.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { unknownRun } from '../find-run.js';
import { entryText, eventText } from '../event-text.js';
import type { JsonFlags } from '../shared-flags.js';

export interface LogsFlags extends JsonFlags {
  readonly last?: string;
}

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
/** What a run has recorded, and what workers logged about it. */
export async function logs(cli: Cli, runId: string, { last, json = false }: LogsFlags): Promise<ExitCode> {
  const most = last === undefined ? undefined : Number(last);
  if (most !== undefined && (!Number.isInteger(most) || most < 1))
    throw new InvalidInputError([`--last: must be a whole number from 1, not ${last}`]);
  const events = await eventEntries(cli.home, runId);
  if (events === undefined) throw new InvalidInputError([await unknownRun(cli.home, runId)]);
  const entries = [...events, ...(await workerEntries(cli.home.logs(), runId))].sort((a, b) => a.at - b.at);
  for (const { line, text } of most === undefined ? entries : entries.slice(-most))
    cli.out(json ? JSON.stringify(line) : text);
  return EXIT.ok;
}

/** Undefined where the run has no telemetry. */
async function eventEntries(home: Home, runId: string): Promise<Entry[] | undefined> {
  if ((await telemetryFiles(home, runId)).length === 0) return undefined;
  const entries: Entry[] = [];
  for await (const { lines } of readTelemetry(home, runId))
    for (const { value } of lines) {
      const { data: line } = anyEventSchema.safeParse(value());
      if (line !== undefined) entries.push({ at: Date.parse(line.at), line, text: eventText(line) });
    }
  return entries;
}

async function workerEntries(folder: string, runId: string): Promise<Entry[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^worker-.*\.log$/.test(name));
  const entries: Entry[] = [];
  for (const name of names.sort()) {
    const text = (await readIfExists(path.join(folder, name)))?.toString('utf8') ?? '';
    for (const line of parseJsonLines(text, logLineSchema))
      if (line.run === runId && line.level >= LEAST_LEVEL)
        entries.push({ at: line.time, line, text: entryText(line.time, `worker: ${line.msg}`, line) });
  }
  return entries;
}
