import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { InvalidInputError, errorMessage, systemErrorCode } from '../../data/errors.js';
import { TEXT_FORMAT } from './process-metrics.js';

/** What an endpoint answers with. */
export interface EndpointParts {
  /** Metrics as text. */
  readonly text: () => Promise<string>;
  /** What keeps the process from its work, in words; none: it is ready. */
  readonly problems: () => Promise<readonly string[]>;
}

/** An endpoint that listens. */
export interface MetricsEndpoint {
  readonly port: number;
  readonly close: () => void;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * Serves `/metrics` (for Prometheus), `/healthz` (the process answers) and `/readyz` (it does its work; 503 says what
 * is wrong). It keeps no process alive.
 *
 * @param port 0: any free one.
 * @throws InvalidInputError when the port is taken, or the address is not one of this machine.
 */
export async function serveMetrics(
  { host, port }: { readonly host: string; readonly port: number },
  parts: EndpointParts,
): Promise<MetricsEndpoint> {
  const server = createServer((request, response) => {
    answerTo(request, parts)
      .catch((error: unknown) => failed(errorMessage(error)))
      .then((answer) => send(request, response, answer))
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(refusal(host, port, error)));
    server.listen(port, host, resolve);
  });
  server.unref();
  return {
    port: portOf(server.address()),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answerTo({ method, url = '' }: IncomingMessage, parts: EndpointParts): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD') return json(405, { error: 'GET alone' });
  const [path] = url.split('?');
  if (path === '/metrics') return { status: 200, type: TEXT_FORMAT, body: await parts.text() };
  if (path === '/healthz') return json(200, { ok: true });
  if (path === '/readyz') return readiness(await parts.problems());
  return json(404, { error: 'not here: /metrics, /healthz, /readyz' });
}

/** The answer of `/readyz`. */
export function readiness(problems: readonly string[]): Answer {
  return json(problems.length === 0 ? 200 : 503, { ready: problems.length === 0, problems });
}

function failed(message: string): Answer {
  return json(500, { error: message });
}

function json(status: number, value: object): Answer {
  return { status, type: JSON_TYPE, body: `${JSON.stringify(value)}\n` };
}

function send({ method }: IncomingMessage, response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(method === 'HEAD' ? undefined : body);
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function refusal(host: string, port: number, error: Error): Error {
  const code = systemErrorCode(error);
  if (code === 'EADDRINUSE')
    return new InvalidInputError([
      `--metrics-port ${port}: in use by another program: give another, or 0 for any free one`,
    ]);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new InvalidInputError([`--metrics-host ${host}: not an address of this machine`]);
  if (code === 'EACCES')
    return new InvalidInputError([`--metrics-port ${port}: needs rights that this user does not have`]);
  return error;
}
