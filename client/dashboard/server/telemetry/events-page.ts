import type { Home } from '../../../../data/store/home.js';
import type { TelemetryLine, TelemetryPosition } from '../../../../data/telemetry/read-telemetry.js';
import { readTelemetry, readTelemetryBack, telemetryEnd } from '../../../../data/telemetry/read-telemetry.js';
import type { EventLine, EventsAnswer } from '../../contract/telemetry.js';
import { cursorText, eventLineOf } from './event-lines.js';
import { subjectOf } from './event-subjects.js';
import { fieldsOf, linesBack } from './indexed-lines.js';
import type { RunIndex } from './run-index.js';

/** Which events of a run are asked for. */
export interface EventsQuestion {
  readonly before: TelemetryPosition | undefined;
  readonly after: TelemetryPosition | undefined;
  readonly limit: number;
  /** Events of this name alone. */
  readonly event: string | undefined;
  /** Events about one of these alone, as `subjectOf` names them. */
  readonly about: readonly string[] | undefined;
}

/**
 * A page of a run's events, newest first: the newest ones, those before a position, or the first ones after one.
 *
 * @param index Of the run; used where some events alone are asked for.
 * @throws GurukulError StoreUnavailable
 */
export async function eventsPage(
  home: Home,
  run: string,
  index: RunIndex,
  question: EventsQuestion,
): Promise<EventsAnswer> {
  const { before, after, limit } = question;
  if (after !== undefined) return pageAfter(home, run, after, question);
  const end = before ?? (await telemetryEnd(home, run));
  const found: EventLine[] = [];
  let newer: TelemetryPosition | undefined;
  let more = false;
  for await (const line of linesBefore(home, run, index, end, question)) {
    newer ??= line.next;
    const shown = wanted(line, question);
    if (shown === undefined) continue;
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
  question: EventsQuestion,
): Promise<EventsAnswer> {
  const found: EventLine[] = [];
  let newer = after;
  for await (const { lines, next } of readTelemetry(home, run, after)) {
    for (const line of lines) {
      if (found.length === question.limit) return pageOf(found, newer);
      newer = line.next;
      const shown = wanted(line, question);
      if (shown !== undefined) found.push(shown);
    }
    newer = next;
  }
  return pageOf(found, newer);
}

function pageOf(found: readonly EventLine[], newer: TelemetryPosition): EventsAnswer {
  return { events: found.toReversed(), older: found[0]?.cursor ?? null, newer: cursorText(newer) };
}

/** The event of a line where it is asked for. */
function wanted(
  line: TelemetryLine,
  { event, about }: Pick<EventsQuestion, 'event' | 'about'>,
): EventLine | undefined {
  if (about !== undefined && !about.includes(subjectOf(fieldsOf(line)) ?? '')) return undefined;
  const shown = eventLineOf(line);
  return event === undefined || shown?.event === event ? shown : undefined;
}

/** Lines newest first: all, or those of the blocks that may have what is asked for. */
async function* linesBefore(
  home: Home,
  run: string,
  index: RunIndex,
  before: TelemetryPosition,
  { event, about }: Pick<EventsQuestion, 'event' | 'about'>,
): AsyncGenerator<TelemetryLine> {
  if (event === undefined && about === undefined) {
    yield* readTelemetryBack(home, run, before);
    return;
  }
  await index.advance(60_000);
  yield* linesBack(home, run, index.blocksWith(about, event), before);
}
