import type { LiveMessages } from '../../contract/telemetry.js';

/** What comes of a run while a page listens, however it comes. */
export interface Listener {
  /** @param after Where to go on. */
  readonly events: (message: LiveMessages['events'], after: string) => void;
  readonly runs: (message: LiveMessages['runs']) => void;
  /** The server answers; what changed while nobody listened was not told. */
  readonly live: () => void;
  readonly lost: () => void;
}

const ASK_AGAIN_MS = 2_000;

/** Listens to the stream of a run and of the state of all, until the signal aborts. @param after Where to go on. */
export function openStream(
  runId: string | undefined,
  after: () => string | undefined,
  listener: Listener,
  signal: AbortSignal,
): void {
  if (signal.aborted) return;
  const query = new URLSearchParams();
  if (runId !== undefined) query.set('run', runId);
  const from = after();
  if (from !== undefined) query.set('after', from);
  const source = new EventSource(`/api/live?${query.toString()}`);
  signal.addEventListener('abort', () => source.close(), { once: true });
  source.addEventListener('open', () => listener.live());
  source.addEventListener('error', () => {
    if (signal.aborted) return;
    listener.lost();
    // A server that refuses ends the stream for good: it is asked again later.
    if (source.readyState === EventSource.CLOSED)
      setTimeout(() => openStream(runId, after, listener, signal), ASK_AGAIN_MS);
  });
  source.addEventListener('events', ({ data, lastEventId }: MessageEvent<string>) =>
    listener.events(messageOf('events', data), lastEventId),
  );
  source.addEventListener('runs', ({ data }: MessageEvent<string>) => listener.runs(messageOf('runs', data)));
}

function messageOf<Name extends keyof LiveMessages>(name: Name, data: string): LiveMessages[Name] {
  const message: unknown = JSON.parse(data);
  if (!fromThisServer(name, message)) throw new Error(`no message ${name}: ${data.slice(0, 80)}`);
  return message;
}

/** Page and server are one build, so a message has the shape that the contract of its name says. */
function fromThisServer<Name extends keyof LiveMessages>(
  _name: Name,
  message: unknown,
): message is LiveMessages[Name] {
  return typeof message === 'object' && message !== null;
}
