import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Http2Server, IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { connect, createSecureServer, createServer } from 'node:http2';

import type { Certificate } from './certificates.js';

/** A proxy like that of a cluster: it terminates TLS, checks credentials and forwards calls to the server. */
export interface GrpcFront {
  readonly port: number;
  /** The `authorization` of every call, in order; undefined where there was none. */
  readonly authorizations: readonly (string | undefined)[];
  /** Rejects calls of a method (`PollWorkflowTaskQueue`) from now on, waiting ones too; undefined: stops rejecting. */
  refuseCalls(method: string | undefined): void;
  close(): Promise<void>;
}

export interface FrontOptions {
  /** `host:port` of the Temporal server behind it. */
  readonly server: string;
  /** Absent: without TLS. */
  readonly certificate?: Certificate;
  /** Clients need a certificate of this authority. */
  readonly clientAuthority?: string;
  /** Calls need this API key. */
  readonly apiKey?: string;
  /** Called with the method of every call before it is forwarded. */
  readonly onCall?: (method: string) => void;
}

const UNAUTHENTICATED = '16';
const PERMISSION_DENIED = '7';

export async function startGrpcFront(options: FrontOptions): Promise<GrpcFront> {
  const { server, certificate, clientAuthority, apiKey, onCall } = options;
  const authorizations: (string | undefined)[] = [];
  const sessions = new Set<ServerHttp2Session>();
  const waiting = new Map<ServerHttp2Stream, string>();
  let refused: string | undefined;
  const behind = connect(`http://${server}`);
  behind.on('error', () => undefined);
  const front: Http2Server =
    certificate === undefined
      ? createServer()
      : createSecureServer({
          cert: readFileSync(certificate.cert),
          key: readFileSync(certificate.key),
          ...(clientAuthority === undefined
            ? {}
            : { ca: readFileSync(clientAuthority), requestCert: true, rejectUnauthorized: true }),
        });
  front.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined);
    session.once('close', () => sessions.delete(session));
  });
  front.on('stream', (stream, headers) => {
    authorizations.push(headers.authorization);
    stream.on('error', () => undefined);
    const path = headers[':path'] ?? '';
    if (apiKey !== undefined && headers.authorization !== `Bearer ${apiKey}`) refuse(stream, UNAUTHENTICATED);
    else if (refused !== undefined && path.endsWith(`/${refused}`)) refuse(stream, PERMISSION_DENIED);
    else {
      onCall?.(path.slice(path.lastIndexOf('/') + 1));
      waiting.set(stream, path);
      stream.once('close', () => waiting.delete(stream));
      passOn(stream, headers);
    }
  });
  const passOn = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void => {
    const call = behind.request(headers);
    call.on('error', () => stream.close());
    stream.pipe(call);
    stream.on('aborted', () => call.close());
    let trailers: IncomingHttpHeaders = {};
    call.on('trailers', (last: IncomingHttpHeaders) => {
      trailers = last;
    });
    call.on('response', (answer) => {
      if (stream.destroyed) return;
      stream.respond(answer, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers(trailers));
      call.pipe(stream);
    });
  };
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  const bound = front.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : 0,
    authorizations,
    refuseCalls: (method) => {
      refused = method;
      if (method === undefined) return;
      for (const [stream, path] of waiting)
        if (path.endsWith(`/${method}`) && !stream.headersSent) refuse(stream, PERMISSION_DENIED);
    },
    close: async () => {
      for (const session of sessions) session.destroy();
      behind.destroy();
      await new Promise<void>((resolve) => front.close(() => resolve()));
    },
  };
}

function refuse(stream: ServerHttp2Stream, status: string): void {
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': status },
    { endStream: true },
  );
}
