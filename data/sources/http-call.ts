import type { Dispatcher } from 'undici';
import { request } from 'undici';
import { z } from 'zod';

import { errorMessage } from '../errors.js';

/** An answer as it came, or why there is none. */
export type HttpAnswer =
  | { readonly status: number; readonly body: Buffer }
  | { readonly status: number | null; readonly problem: string };

/** No answer of a provider is near this size. */
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * One HTTP call with a bound on all of it, so that neither a silent server nor one that sends a byte a second
 * holds anything up. Never throws.
 */
export async function httpCall(
  url: URL,
  options: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  },
): Promise<HttpAnswer> {
  const { headers = {}, body, timeoutMs } = options;
  // AbortSignal.timeout in its place is collected as garbage where only AbortSignal.any knows of it, and then
  // never fires (Node 20).
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeoutMs);
  const signal = AbortSignal.any([options.signal, limit.signal]);
  let status: number | null = null;
  try {
    const response: Dispatcher.ResponseData = await request(url, {
      method: 'GET',
      headers: { accept: 'application/json', 'user-agent': 'gurukul', ...headers },
      ...(body === undefined ? {} : { body }),
      signal,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
    status = response.statusCode;
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response.body) {
      const part = Buffer.from(z.instanceof(Uint8Array).parse(chunk));
      bytes += part.byteLength;
      if (bytes > MAX_BYTES) return { status, problem: `an answer of more than ${MAX_BYTES} bytes` };
      chunks.push(part);
    }
    return { status, body: Buffer.concat(chunks) };
  } catch (error) {
    if (options.signal.aborted) return { status, problem: 'given up' };
    if (signal.aborted) return { status, problem: `no whole answer within ${timeoutMs} ms` };
    return { status, problem: errorMessage(error) };
  } finally {
    clearTimeout(timer);
  }
}
