import type { Dispatcher } from 'undici';
import { z } from 'zod';

import { errorMessage } from '../errors.js';

/** An HTTP response, or why there is none. */
export type HttpResponse =
  | { readonly status: number; readonly body: Buffer }
  | { readonly status: number | null; readonly problem: string };

/** Default limit for the size of a response; real ones are much smaller. */
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * Makes one HTTP call with a timeout for all of it, so that neither a silent server nor one that sends one byte per
 * second can block the caller. Never throws.
 */
export async function httpCall(
  url: URL,
  options: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly timeoutMs: number;
    /** @default 32 MiB */
    readonly maxBytes?: number;
    readonly signal: AbortSignal;
  },
): Promise<HttpResponse> {
  const { headers = {}, body, timeoutMs, maxBytes = MAX_BYTES } = options;
  // Not AbortSignal.timeout: if only AbortSignal.any refers to it, Node 20 may collect it before it fires.
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeoutMs);
  const signal = AbortSignal.any([options.signal, limit.signal]);
  let status: number | null = null;
  try {
    // Loaded when needed: most workers never call anybody.
    const { request } = await import('undici');
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
      if (bytes > maxBytes) return { status, problem: `the response is larger than ${maxBytes} bytes` };
      chunks.push(part);
    }
    return { status, body: Buffer.concat(chunks) };
  } catch (error) {
    if (options.signal.aborted) return { status, problem: 'the call was cancelled' };
    if (signal.aborted) return { status, problem: `no complete response within ${timeoutMs} ms` };
    return { status, problem: errorMessage(error) };
  } finally {
    clearTimeout(timer);
  }
}
