import { appendFileSync, mkdirSync } from 'node:fs';

import type { FastifyInstance } from 'fastify';

import type { EventLine } from '../../../../client/dashboard/contract/telemetry.js';
import type { Home } from '../../../../data/store/home.js';

/** Writes lines of telemetry as they are, at once. */
export function writeLines(home: Home, run: string, lines: readonly object[], file = 0): void {
  mkdirSync(home.telemetryDir(), { recursive: true });
  appendFileSync(home.telemetry(run, file), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

/** The nth event of a run, a second after the one before. */
export function noted(n: number, event = 'note', fields: object = {}): object {
  const at = new Date(Date.UTC(2024, 0, 1) + n * 1_000).toISOString();
  return { v: 1, at, run: 'r', event, id: `${event}/${n}`, ...fields };
}

/** Asks the dashboard as its page does. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller names it
export async function asked<Answer>(
  app: FastifyInstance,
  url: string,
): Promise<{ readonly status: number; readonly answer: Answer; readonly text: string }> {
  const { statusCode, payload } = await app.inject({ url, headers: { host: 'localhost' } });
  const answer: unknown = JSON.parse(payload);
  if (!isJson<Answer>(answer)) throw new Error(payload);
  return { status: statusCode, answer, text: payload };
}

/** What the server answers has the shape that its contract names; the tests look at what is in it. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller names it
function isJson<Shape>(value: unknown): value is Shape {
  return typeof value === 'object' && value !== null;
}

/** A message of a stream. */
export interface Message {
  readonly event: string;
  readonly id: string;
  readonly data: {
    readonly events?: readonly EventLine[];
    readonly leftOut?: number;
    readonly runs?: readonly string[];
  };
}

/** A page that listens. */
export interface Page {
  readonly messages: readonly Message[];
  /** Ids of all events so far, in the order in which they came. */
  ids(): string[];
  lastId(): string;
  close(): void;
}

/** Opens the stream of a run, as an EventSource does. */
export async function openStream(url: string, query: string, lastEventId?: string): Promise<Page> {
  const control = new AbortController();
  const response = await fetch(`${url}/api/live?${query}`, {
    signal: control.signal,
    headers: {
      accept: 'text/event-stream',
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
  });
  if (response.status !== 200 || response.body === null) throw new Error(await response.text());
  const messages: Message[] = [];
  const { body } = response;
  void (async () => {
    let text = '';
    for await (const part of body.pipeThrough(new TextDecoderStream())) {
      text += part;
      const whole = text.split('\n\n');
      text = whole.pop() ?? '';
      messages.push(...whole.flatMap((one) => messageOf(one) ?? []));
    }
  })().catch(() => undefined);
  return {
    messages,
    ids: () => messages.flatMap(({ data }) => (data.events ?? []).map(({ id }) => id)),
    lastId: () => messages.findLast(({ id }) => id !== '')?.id ?? '',
    close: () => control.abort(),
  };
}

function messageOf(text: string): Message | undefined {
  const field = (name: string): string | undefined =>
    text
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  const data = field('data');
  if (data === undefined) return undefined;
  const value: unknown = JSON.parse(data);
  if (!isJson<Message['data']>(value)) throw new Error(data);
  return { event: field('event') ?? '', id: field('id') ?? '', data: value };
}
