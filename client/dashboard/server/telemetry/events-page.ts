import type { Home } from '../../../../data/store/home.js';
import type { TelemetryLine, TelemetryPosition } from '../../../../data/telemetry/read-telemetry.js';
import {
  readFileBack,
  readTelemetry,
  readTelemetryBack,
  telemetryEnd,
} from '../../../../data/telemetry/read-telemetry.js';
import type { EventLine, EventsAnswer } from '../../contract/telemetry.js';
import { comparePositions, cursorText, eventLineOf } from './event-lines.js';
import type { RunIndex } from './run-index.js';

/** Which events of a run are asked for. */
export interface EventsQuestion {
  readonly before: TelemetryPosition | undefined;
  readonly after: TelemetryPosition | undefined;
  readonly limit: number;
  /** Events of this name alone. */
  readonly event: string | undefined;
}

/**
 * A page of a run's events, newest first: the newest ones, those before a position, or the first ones after one.
 *
 * @param index Of the run; used where events of one name are asked for.
 * @throws GurukulError StoreUnavailable
 */
export async function eventsPage(
  home: Home,
  run: string,
  index: RunIndex,
  { before, after, limit, event }: EventsQuestion,
): Promise<EventsAnswer> {
  if (after !== undefined) return pageAfter(home, run, after, limit, event);
  const end = before ?? (await telemetryEnd(home, run));
  const found: EventLine[] = [];
  let newer: TelemetryPosition | undefined;
  let more = false;
  const lines =
    event === undefined ? readTelemetryBack(home, run, end) : linesOf(home, run, index, end, event);
  for await (const line of lines) {
    newer ??= line.next;
    const shown = eventLineOf(line);
    if (shown === undefined || (event !== undefined && shown.event !== event)) continue;
    if (found.length === limit) {
      more = true;
      break;
    }
    found.push(shown);
  }
  return {
    events: found,
    older: more ? (found.at(-1)?.cursor ?? null) : null,
    newer: cursorText(newer ?? end),
  };
}

async function pageAfter(
  home: Home,
  run: string,
  after: TelemetryPosition,
  limit: number,
  event: string | undefined,
): Promise<EventsAnswer> {
  const found: EventLine[] = [];
  let newer = after;
  for await (const { lines, next } of readTelemetry(home, run, after)) {
    for (const line of lines) {
      if (found.length === limit) return pageOf(found, newer);
      newer = line.next;
      const shown = eventLineOf(line);
      if (shown !== undefined && (event === undefined || shown.event === event)) found.push(shown);
    }
    newer = next;
  }
  return pageOf(found, newer);
}

function pageOf(found: readonly EventLine[], newer: TelemetryPosition): EventsAnswer {
  return { events: found.toReversed(), older: found[0]?.cursor ?? null, newer: cursorText(newer) };
}

/** Lines of the blocks that have the event, newest first. */
async function* linesOf(
  home: Home,
  run: string,
  index: RunIndex,
  before: TelemetryPosition,
  event: string,
): AsyncGenerator<TelemetryLine> {
  await index.advance(60_000);
  const blocks = index.blocks
    .filter((block) => block.events.has(event))
    .filter(({ file, from }) => comparePositions({ file, offset: from }, before) < 0)
    .sort((a, b) => b.file - a.file || b.from - a.from);
  for (const { file, from, until } of blocks)
    yield* readFileBack(
      home.telemetry(run, file),
      file,
      from,
      file === before.file ? Math.min(until, before.offset) : until,
    );
}
