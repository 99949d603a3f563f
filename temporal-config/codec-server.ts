import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';

import type { Payload } from '@temporalio/common';
import { z } from 'zod';

import { GurukulError, InvalidInputError, systemErrorCode } from '../data/errors.js';
import { payloadCodec } from './payload-codec.js';
import type { PayloadKeys } from './payload-keys.js';

/** A server that decrypts payloads for the Web UI and for `temporal --codec-endpoint`. */
export interface CodecServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface CodecServerOptions {
  readonly keys: PayloadKeys;
  /** @default 127.0.0.1 */
  readonly host?: string;
  readonly port: number;
  /** Origins (`http://127.0.0.1:8233`) whose pages may ask; what is no page, as curl, always may. */
  readonly origins: readonly string[];
}

const LOOPBACK = '127.0.0.1';
const LARGEST_BODY = 16 * 1024 * 1024;

const bytes = z.base64().transform((text): Uint8Array => Buffer.from(text, 'base64'));
const bodySchema = z.object({
  payloads: z.array(
    z.object({ metadata: z.record(z.string(), bytes).default({}), data: bytes.default(new Uint8Array(0)) }),
  ),
});

/**
 * Serves `POST /decode` and `POST /encode` with `{"payloads": [{"metadata": {…}, "data": …}]}`, all bytes as
 * base64: the protocol of remote codecs. It asks for no password: whoever reaches its port can read
 * payloads, so it listens on loopback unless another host is named.
 *
 * @throws InvalidInputError when the port cannot be had.
 */
export async function startCodecServer(options: CodecServerOptions): Promise<CodecServer> {
  const { keys, host = LOOPBACK, port, origins } = options;
  const codec = payloadCodec(keys);
  const work = {
    '/encode': async (payloads: Payload[]) => codec.encode(payloads),
    '/decode': async (payloads: Payload[]) => codec.decode(payloads),
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const refusal = refusalOf(error);
      reply(response, refusal.status, { message: refusal.message });
    });
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { origin } = request.headers;
    if (origin !== undefined) {
      if (!origins.includes(origin)) throw new Refusal(403, `pages of ${origin} may not ask here`);
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader('vary', 'origin');
    }
    if (request.method === 'OPTIONS') {
      response.setHeader('access-control-allow-methods', 'POST');
      response.setHeader('access-control-allow-headers', 'content-type, x-namespace, authorization');
      response.writeHead(204).end();
      return;
    }
    const { pathname } = new URL(request.url ?? '/', 'http://codec');
    if (pathname !== '/encode' && pathname !== '/decode')
      throw new Refusal(404, 'there is /encode and /decode');
    if (request.method !== 'POST') throw new Refusal(405, 'only POST is understood');
    // A page of another origin could send any other type without a preflight request.
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
      throw new Refusal(415, 'the body must be application/json');
    const { payloads } = bodySchema.parse(JSON.parse(await bodyOf(request)));
    reply(response, 200, { payloads: (await work[pathname](payloads)).map(asJson) });
  };
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw systemErrorCode(error) === 'EADDRINUSE'
      ? new InvalidInputError([
          `port ${port} for the codec server is in use by another program: end that, or give another port`,
        ])
      : error;
  }
  const bound = server.address();
  const bracketed = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${bracketed}:${typeof bound === 'object' && bound !== null ? bound.port : port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Origins under which a page on this machine's own Web UI may be open. */
export function originsOf(uiUrl: string): string[] {
  const { origin, port, protocol, hostname } = new URL(uiUrl);
  if (!['127.0.0.1', 'localhost'].includes(hostname)) return [origin];
  return ['127.0.0.1', 'localhost'].map((host) => new URL(`${protocol}//${host}:${port}`).origin);
}

class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof GurukulError) return new Refusal(400, error.message);
  return new Refusal(400, 'the body must be {"payloads": [{"metadata": {…}, "data": …}]}, bytes as base64');
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.byteLength;
      // A body that is too large is read and discarded, so that the client gets the answer.
      if (size <= LARGEST_BODY) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.once('error', reject);
    request.once('end', () => {
      if (size > LARGEST_BODY) reject(new Refusal(413, `more than ${LARGEST_BODY} bytes`));
      else resolve(Buffer.concat(chunks).toString('utf8'));
    });
  });
}

function asJson({ metadata, data }: Payload): { metadata: Record<string, string>; data: string } {
  const text = (value: Uint8Array): string => Buffer.from(value).toString('base64');
  return {
    metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, text(value)])),
    data: text(data ?? new Uint8Array(0)),
  };
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.setHeader('content-type', 'application/json');
  response.writeHead(status).end(JSON.stringify(body));
}
