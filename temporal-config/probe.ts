import { connect as connectPlain, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions as TlsOptions } from 'node:tls';

import type { ClientConnectConfig } from '@temporalio/envconfig';

import { errorMessage, systemErrorCode } from '../data/errors.js';

type Tls = ClientConnectConfig['connectionOptions']['tls'];

/** What keeps a client from a server. */
export type Obstacle =
  /** Nothing listens there, or the name is not known. */
  | { readonly kind: 'nobody'; readonly code: string }
  | { readonly kind: 'silent' }
  /** One side speaks TLS and the other does not. */
  | { readonly kind: 'tls-expected' | 'no-tls' }
  | { readonly kind: 'untrusted' | 'other-name' | 'client-certificate' | 'tls'; readonly detail: string };

/** What opens every HTTP/2 connection (RFC 9113, 3.4): the preface and an empty SETTINGS frame. */
const HELLO = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);
const VERDICT_MS = 100;
/** After a handshake that went well, some servers refuse a certificate in this way. */
const HANGS_UP: Obstacle = { kind: 'client-certificate', detail: 'it hangs up after the handshake' };
const FRAME_TYPE_AT = 3;
const SETTINGS = 4;

const NOBODY = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL'];
const UNTRUSTED =
  /^(?:SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_.*|CERT_.*|ERR_TLS_CERT_SIGNATURE.*)$/;
/** What a server says of the certificate that it was shown, or missed. */
const ABOUT_CLIENT =
  /^(?:certificate required|bad certificate|unknown ca|handshake failure|certificate unknown|certificate expired|access denied)/i;

/**
 * Knocks at a gRPC server with the very TLS settings that a client would use, up to the first HTTP/2 frame.
 * The gRPC libraries try again until their time is over and then say only that there was no answer; this
 * tells at once, and what it was.
 *
 * @param address `host:port`.
 * @returns Undefined when the server speaks HTTP/2 with us.
 */
export async function probeServer(
  address: string,
  tls: Tls,
  patienceMs: number,
): Promise<Obstacle | undefined> {
  const secure = tls !== undefined && tls !== null && tls !== false;
  const place = placeOf(address);
  if (place === undefined) return { kind: 'nobody', code: 'it is not written as HOST:PORT' };
  return new Promise((resolve) => {
    const socket: Socket = secure
      ? connectTls({
          ...place,
          ALPNProtocols: ['h2'],
          servername: isIP(place.host) === 0 ? place.host : '',
          ...tlsOptions(tls),
        })
      : connectPlain(place);
    const end = (obstacle: Obstacle | undefined): void => {
      clearTimeout(timer);
      resolve(obstacle);
      socket.destroy();
    };
    const timer = setTimeout(() => end({ kind: 'silent' }), patienceMs);
    // In TLS 1.3 a server tells only after the handshake that it misses a certificate, and hangs up: what
    // is written meanwhile could make the system drop its word.
    socket.once('secureConnect', () => setTimeout(() => socket.write(HELLO), VERDICT_MS).unref());
    if (!secure) socket.once('connect', () => socket.write(HELLO));
    socket.once('data', (frame: Buffer) =>
      end(frame[FRAME_TYPE_AT] === SETTINGS ? undefined : notGrpc(secure)),
    );
    // Stays on: what comes after the answer is of no interest, and must not be thrown.
    socket.on('error', (error: unknown) => end(obstacleOf(error, secure)));
    socket.once('close', () => end(secure ? HANGS_UP : notGrpc(secure)));
  });
}

function placeOf(address: string): { readonly host: string; readonly port: number } | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(address) ?? [];
  const host = bracketed ?? plain;
  return host === undefined || Number(port) > 65_535 ? undefined : { host, port: Number(port) };
}

function notGrpc(secure: boolean): Obstacle {
  return secure ? { kind: 'tls', detail: 'it does not answer as gRPC does' } : { kind: 'tls-expected' };
}

function tlsOptions(tls: Exclude<Tls, undefined | null | false>): TlsOptions {
  if (tls === true) return {};
  const { serverNameOverride, serverRootCACertificate, clientCertPair } = tls;
  return {
    ...(serverNameOverride === undefined ? {} : { servername: serverNameOverride }),
    ...(serverRootCACertificate === undefined ? {} : { ca: Buffer.from(serverRootCACertificate) }),
    ...(clientCertPair === undefined
      ? {}
      : { cert: Buffer.from(clientCertPair.crt), key: Buffer.from(clientCertPair.key) }),
  };
}

function obstacleOf(error: unknown, secure: boolean): Obstacle {
  const code = systemErrorCode(error) ?? '';
  const detail = plainly(errorMessage(error));
  if (NOBODY.includes(code)) return { kind: 'nobody', code };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return { kind: 'other-name', detail };
  if (UNTRUSTED.test(code)) return { kind: 'untrusted', detail };
  if (ABOUT_CLIENT.test(detail)) return { kind: 'client-certificate', detail };
  if (!secure) return { kind: 'tls-expected' };
  if (['ECONNRESET', 'EPIPE'].includes(code)) return HANGS_UP;
  if (/wrong version number|packet length too long/i.test(detail)) return { kind: 'no-tls' };
  return { kind: 'tls', detail };
}

/** OpenSSL's `00AB…:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:…` is this. */
function plainly(message: string): string {
  const alert = /alert ([a-z ]+)/i.exec(message)?.[1];
  const reason = /:SSL routines:[^:]*:([^:]+)/.exec(message)?.[1];
  return (alert ?? reason ?? message).trim().split('\n')[0] ?? message;
}
