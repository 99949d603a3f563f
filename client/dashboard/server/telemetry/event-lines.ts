import { anyEventSchema } from '../../../../data/schemas/telemetry.js';
import { maskSecrets } from '../../../../data/secrets/secrets.js';
import type { TelemetryLine, TelemetryPosition } from '../../../../data/telemetry/read-telemetry.js';
import type { EventLine } from '../../contract/telemetry.js';

/** Characters of one text that a page is sent, and bytes of a line of which fields are sent at all. */
const LONGEST_TEXT = 2_000;
const LONGEST_LINE = 64 * 1024;

/** A position as pages name it, `FILE:OFFSET`. */
export function cursorText({ file, offset }: TelemetryPosition): string {
  return `${file}:${offset}`;
}

/** Undefined where the text is no position. */
export function cursorOf(text: string): TelemetryPosition | undefined {
  const [, file, offset] = /^(\d{1,9}):(\d{1,15})$/.exec(text) ?? [];
  return file === undefined ? undefined : { file: Number(file), offset: Number(offset) };
}

/** Less than 0 where the first position comes before the second one. */
export function comparePositions(a: TelemetryPosition, b: TelemetryPosition): number {
  return a.file - b.file || a.offset - b.offset;
}

/** A line as pages are sent it; undefined where it is no event, such as half a line that a crash has left. */
export function eventLineOf({ at, text, value }: TelemetryLine): EventLine | undefined {
  const { data } = anyEventSchema.safeParse(value());
  if (data === undefined) return undefined;
  const { at: time, event, id, v: _version, run: _run, ...fields } = data;
  const shown = text().length > LONGEST_LINE ? { message: 'the line is too long to be shown' } : fields;
  return {
    cursor: cursorText(at),
    at: time,
    event: cut(event, 100),
    id: typeof id === 'string' ? cut(id, 500) : '',
    fields: withoutSecrets(shown),
  };
}

/** They were masked when the line was written; a secret may have become one since. */
function withoutSecrets(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [cut(name, 100), shownValue(value)]),
  );
}

function shownValue(value: unknown): unknown {
  if (typeof value === 'string') return cut(maskSecrets(value), LONGEST_TEXT);
  if (typeof value !== 'object' || value === null) return value;
  const text = maskSecrets(JSON.stringify(value));
  return text.length <= LONGEST_TEXT ? JSON.parse(text) : cut(text, LONGEST_TEXT);
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
