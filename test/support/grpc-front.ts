import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Http2Server, IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { connect, createSecureServer, createServer } from 'node:http2';

import type { Certificate } from './certificates.js';

/** A front as a cluster has it: TLS ends here, credentials are looked at, calls go on to the server. */
export interface GrpcFront {
  readonly port: number;
  /** The `authorization` of every call, in order; undefined where there was none. */
  readonly authorizations: readonly (string | undefined)[];
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
}

const UNAUTHENTICATED = '16';

export async function startGrpcFront(options: FrontOptions): Promise<GrpcFront> {
  const { server, certificate, clientAuthority, apiKey } = options;
  const authorizations: (string | undefined)[] = [];
  const sessions = new Set<ServerHttp2Session>();
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
    if (apiKey !== undefined && headers.authorization !== `Bearer ${apiKey}`) refuse(stream);
    else passOn(stream, headers);
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
    close: async () => {
      for (const session of sessions) session.destroy();
      behind.destroy();
      await new Promise<void>((resolve) => front.close(() => resolve()));
    },
  };
}

function refuse(stream: ServerHttp2Stream): void {
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': UNAUTHENTICATED },
    { endStream: true },
  );
}
