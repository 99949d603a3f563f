import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { InvalidInputError } from '../../../../data/errors.js';
import { parseInput } from '../../../../data/schemas/parse-input.js';
import { RUN_ID_PATTERN } from '../../../../data/schemas/run-choices.js';
import type { Home } from '../../../../data/store/home.js';
import type { TelemetryPosition } from '../../../../data/telemetry/read-telemetry.js';
import type { TelemetryFile } from '../../../../data/store/telemetry-files.js';
import { telemetryFiles } from '../../../../data/store/telemetry-files.js';
import type { EventCountsAnswer, EventsAnswer, SeriesAnswer } from '../../contract/telemetry.js';
import { SERIES_NAMES } from '../../contract/telemetry.js';
import { runParam } from '../runs.js';
import { cursorOf } from './event-lines.js';
import type { WindowPlace } from './event-subjects.js';
import { subjectsOf } from './event-subjects.js';
import { eventsPage } from './events-page.js';
import { streamLive } from './live-stream.js';
import { LiveTelemetry } from './live-telemetry.js';
import type { RunIndexes } from './run-indexes.js';
import { windowLines } from './window-lines.js';

const cursor = z
  .string()
  .transform((text, context) => {
    const position = cursorOf(text);
    if (position !== undefined) return position;
    context.addIssue({ code: 'custom', message: 'must be a cursor of an answer, FILE:OFFSET' });
    return z.NEVER;
  })
  .optional();
const about = z.string().min(1).max(100).optional();
const downloadSchema = z.strictObject({ about });
const eventsSchema = z
  .strictObject({
    before: cursor,
    after: cursor,
    limit: z.coerce.number().int().min(1).max(500).default(100),
    event: z.string().min(1).max(100).optional(),
    about,
  })
  .refine(({ before, after }) => before === undefined || after === undefined, {
    path: ['after'],
    error: 'ask for before or after, not for both',
  });
const seriesSchema = z.strictObject({
  name: z.enum(SERIES_NAMES),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
  points: z.coerce.number().int().min(1).max(2_000).default(500),
});
const liveSchema = z.strictObject({
  run: z.string().regex(RUN_ID_PATTERN, 'is not a run id').optional(),
  after: z.string().max(200).optional(),
});

/** Finds a window of a run by its label. @throws InvalidInputError when the run has no such window. */
export type FindWindow = (run: string, window: string) => Promise<WindowPlace>;

/** Telemetry for pages: its events, counts and figures over time, and what happens as it happens. */
export function addTelemetryRoutes(
  app: FastifyInstance,
  home: Home,
  indexes: RunIndexes,
  findWindow: FindWindow,
): void {
  app.get('/api/runs/:run/events', async ({ params, query }): Promise<EventsAnswer> => {
    const run = runParam(params);
    const { about: window, event, before, after, limit } = parseInput(eventsSchema, query, (name) => name);
    const place = window === undefined ? undefined : await findWindow(run, window);
    return eventsPage(home, run, await indexes.of(run), {
      ...{ event, before, after, limit },
      about: place === undefined ? undefined : subjectsOf(place),
    });
  });
  app.get('/api/runs/:run/event-counts', async ({ params }): Promise<EventCountsAnswer> => {
    const index = await indexes.of(runParam(params));
    await index.advance();
    return index.counts();
  });
  app.get('/api/runs/:run/series', async ({ params, query }): Promise<SeriesAnswer> => {
    const index = await indexes.of(runParam(params));
    const { name, from, to, points } = parseInput(seriesSchema, query, (field) => field);
    await index.advance();
    return index.over(
      name,
      from === undefined ? -Infinity : Date.parse(from),
      to === undefined ? Infinity : Date.parse(to),
      points,
    );
  });

  app.get('/api/runs/:run/telemetry.jsonl', async ({ params, query }, reply) => {
    const run = runParam(params);
    const { about: window } = parseInput(downloadSchema, query, (name) => name);
    const place = window === undefined ? undefined : await findWindow(run, window);
    const files = await telemetryFiles(home, run);
    if (files.length === 0) throw new InvalidInputError([`run ${run} has no telemetry`]);
    // Symbols may have an ampersand.
    const name = place === undefined ? run : `${run}-${place.window.replaceAll(/[^\w-]/g, '-')}`;
    return reply
      .type('application/x-ndjson')
      .header('content-disposition', `attachment; filename="${name}.jsonl"`)
      .send(
        Readable.from(
          place === undefined ? linesOf(files) : windowLines(home, run, await indexes.of(run), place),
        ),
      );
  });

  const live = new LiveTelemetry(home);
  app.addHook('preClose', (done) => {
    live.close();
    done();
  });
  app.get('/api/live', { sse: 'only' }, async ({ query }, reply) => {
    const { run, after } = parseInput(liveSchema, query, (name) => name);
    // A browser that comes back says where it left; a page that was hidden asks for it.
    const since = reply.sse.lastEventId ?? after;
    await streamLive(
      live,
      reply,
      run,
      run === undefined || since === undefined ? undefined : placeIn(run, since),
    );
  });
}

/** @throws InvalidInputError when it is no id of a message. */
function placeIn(run: string, id: string): TelemetryPosition | undefined {
  const at = id.indexOf(':');
  const position = cursorOf(id.slice(at + 1));
  if (position === undefined)
    throw new InvalidInputError([`after: ${id.slice(0, 100)} is no id of a message`]);
  return id.slice(0, at) === run ? position : undefined;
}

/** The files one after the other, in pieces: they may be larger than the memory. */
async function* linesOf(files: readonly TelemetryFile[]): AsyncGenerator<Buffer> {
  for (const { path, bytes } of files)
    // Up to what was there at first: what is added meanwhile is in the next download.
    if (bytes > 0)
      for await (const piece of createReadStream(path, { end: bytes - 1 })) yield Buffer.from(piece);
}
