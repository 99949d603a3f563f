import type { z } from 'zod';

import type { anyEventSchema } from '../../data/schemas/telemetry.js';
import { formatTime } from './format.js';

/** Fields that say when, where and of which run, which the reader knows. */
const KNOWN: ReadonlySet<string> = new Set([
  'v',
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

/** An event of telemetry as a line for a person. */
export function eventText(line: z.output<typeof anyEventSchema>): string {
  return entryText(Date.parse(line.at), line.event, line);
}

/** `2024-01-03 09:15:00  window_failed  symbol=TCS error=Diverged`. */
export function entryText(at: number, what: string, line: Readonly<Record<string, unknown>>): string {
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
