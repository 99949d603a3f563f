import { anyEventSchema } from '../../../../data/schemas/telemetry.js';
import type { Home } from '../../../../data/store/home.js';
import type { TelemetryLine, TelemetryPosition } from '../../../../data/telemetry/read-telemetry.js';
import { readFileBack, readFileLines } from '../../../../data/telemetry/read-telemetry.js';
import { comparePositions } from './event-lines.js';
import type { EventFields } from './event-subjects.js';
import type { Block } from './run-index.js';

/** The event of a line; nothing where it is none. */
export function fieldsOf(line: TelemetryLine): EventFields {
  return anyEventSchema.safeParse(line.value()).data ?? {};
}

/** Lines of some blocks before a position, newest first. @throws GurukulError StoreUnavailable */
export async function* linesBack(
  home: Home,
  run: string,
  blocks: readonly Block[],
  before: TelemetryPosition,
): AsyncGenerator<TelemetryLine> {
  const newestFirst = blocks
    .filter(({ file, from }) => comparePositions({ file, offset: from }, before) < 0)
    .sort((a, b) => b.file - a.file || b.from - a.from);
  for (const { file, from, until } of newestFirst)
    yield* readFileBack(
      home.telemetry(run, file),
      file,
      from,
      file === before.file ? Math.min(until, before.offset) : until,
    );
}

/** Lines of some blocks, oldest first, as far as they are known now. @throws GurukulError StoreUnavailable */
export async function* linesOn(
  home: Home,
  run: string,
  blocks: readonly Block[],
): AsyncGenerator<TelemetryLine> {
  const oldestFirst = blocks
    .map(({ file, from, until }) => ({ file, from, until }))
    .sort((a, b) => a.file - b.file || a.from - b.from);
  for (const { file, from, until } of oldestFirst)
    for await (const { lines } of readFileLines(home.telemetry(run, file), file, from, until)) yield* lines;
}
