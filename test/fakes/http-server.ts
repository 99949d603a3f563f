import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';

/** A local HTTP server. */
export interface LocalServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Starts a server on a free port of the loopback interface. */
export async function serveLocally(
  answer: (request: IncomingMessage, body: string, response: ServerResponse) => void,
): Promise<LocalServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(request, Buffer.concat(chunks).toString('utf8'), response));
    request.on('error', () => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Faults of the network, for any server. */
export const LINE_FAULTS = [
  'reset',
  'reset in the middle',
  'half a body',
  'half a text',
  'slow drip',
] as const;
export type LineFault = (typeof LINE_FAULTS)[number];

/** Sends a body with a fault of the network. */
export function sendBadly(response: ServerResponse, fault: LineFault, body: string): void {
  const half = body.slice(0, Math.floor(body.length / 2));
  switch (fault) {
    case 'reset':
      response.destroy();
      return;
    case 'reset in the middle':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(half, () => response.destroy());
      return;
    case 'half a body':
      // The header announces more bytes than are sent.
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      });
      response.write(half, () => response.socket?.end());
      return;
    case 'half a text':
      response.writeHead(200, { 'content-type': 'application/json' }).end(half);
      return;
    case 'slow drip': {
      response.writeHead(200, { 'content-type': 'application/json' });
      let sent = 0;
      const drip = setInterval(() => {
        response.write(body.slice(sent, sent + 1));
        sent += 1;
      }, 20);
      response.on('close', () => clearInterval(drip));
      return;
    }
  }
}
