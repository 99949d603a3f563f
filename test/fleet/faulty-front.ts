import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer, request } from 'node:http';

/** What becomes of a call: its answer is lost after the server has done it, or the front answers instead of the server. */
export type Fault = 'lost' | { readonly status: number; readonly code: string };

/** A proxy on loopback whose network fails when it is told to. */
export interface FaultyFront {
  readonly endpoint: string;
  /** The next calls of a method fare so, one each. */
  fail(method: string, faults: readonly Fault[]): void;
  /** Calls that were forwarded to the server, by method. */
  readonly forwarded: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

export async function startFaultyFront(behind: string): Promise<FaultyFront> {
  const planned = new Map<string, Fault[]>();
  const forwarded = new Map<string, number>();
  const front = createServer((asked, answer) => {
    void (async () => {
      const { method = '', url = '/', headers } = asked;
      const fault = planned.get(method)?.shift();
      const body = await wholeOf(asked);
      if (typeof fault === 'object') {
        answer.writeHead(fault.status, { 'content-type': 'application/xml' });
        answer.end(`<Error><Code>${fault.code}</Code><Message>planted</Message></Error>`);
        return;
      }
      forwarded.set(method, (forwarded.get(method) ?? 0) + 1);
      // With the headers as they are: they are signed.
      const call = request(`${behind}${url}`, { method, headers });
      const got = await new Promise<IncomingMessage>((resolve, reject) => {
        call.once('response', resolve).once('error', reject).end(body);
      });
      const content = await wholeOf(got);
      if (fault === 'lost') asked.socket.destroy();
      else answer.writeHead(got.statusCode ?? 0, got.headers).end(content);
    })().catch(() => asked.socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(front, 'listening');
  const address = front.address();
  if (typeof address !== 'object' || address === null) throw new Error('the front has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    fail: (method, faults) => void planned.set(method, [...faults]),
    forwarded,
    close: async () => {
      front.close();
      front.closeAllConnections();
      await once(front, 'close');
    },
  };
}

async function wholeOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
