import { setTimeout as delay } from 'node:timers/promises';

import type { FastifyReply } from 'fastify';

import type { TelemetryPosition } from '../../../../data/telemetry/read-telemetry.js';
import type { LiveMessages } from '../../contract/telemetry.js';
import { cursorText } from './event-lines.js';
import type { Listener, LiveTelemetry } from './live-telemetry.js';
import type { FeedPart } from './run-feed.js';

/** Between two messages to one page: what comes in between is one message. */
const PAUSE_MS = 100;

/**
 * Sends a page what happens until it leaves. A page that reads slower than the run writes gets the newest events, and
 * how many it was not sent; nothing is queued for it.
 *
 * @param since Where in the run's telemetry the page left.
 */
export async function streamLive(
  live: LiveTelemetry,
  { sse, raw }: FastifyReply,
  run: string | undefined,
  since: TelemetryPosition | undefined,
): Promise<void> {
  const bell = new Bell();
  const listener: Listener = { run, wake: () => bell.ring(), changed: new Set() };
  const left = new Promise<void>((resolve) => {
    sse.onClose(() => {
      bell.ring();
      resolve();
    });
  });
  const send = async <Name extends keyof LiveMessages>(
    event: Name,
    data: LiveMessages[Name],
    id?: string,
  ): Promise<void> => {
    // A page that leaves while it is slow never says that it can read again.
    await Promise.race([sse.send({ event, data, ...(id === undefined ? {} : { id }) }), left]);
  };
  const sendEvents = async ({ events, leftOut, next }: FeedPart): Promise<void> => {
    if (run !== undefined) await send('events', { run, events, leftOut }, `${run}:${cursorText(next)}`);
  };
  try {
    const feed = await live.listen(listener, since);
    sse.sendHeaders();
    // The page is to know at once that it is heard.
    raw.flushHeaders();
    let told = feed?.last ?? 0;
    if (feed !== undefined) await sendEvents(await feed.first(since));
    while (sse.isConnected) {
      const changed = [...listener.changed];
      listener.changed.clear();
      if (changed.length > 0) await send('runs', { runs: changed });
      if (feed !== undefined && feed.last > told) {
        const part = feed.after(told);
        told = feed.last;
        await sendEvents(part);
      }
      await delay(PAUSE_MS, undefined, { ref: false });
      if (listener.changed.size === 0 && (feed?.last ?? 0) === told) await bell.rung();
    }
  } finally {
    live.leave(listener);
  }
}

/** Waits until there is something to do. */
class Bell {
  private rang = false;
  private hear: () => void = () => undefined;

  ring(): void {
    this.rang = true;
    this.hear();
  }

  async rung(): Promise<void> {
    if (!this.rang)
      await new Promise<void>((resolve) => {
        this.hear = resolve;
      });
    this.rang = false;
  }
}
