import { connect as connectPlain, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions as TlsOptions } from 'node:tls';

import type { ClientConnectConfig } from '@temporalio/envconfig';

import { errorMessage, systemErrorCode } from '../data/errors.js';

type Tls = ClientConnectConfig['connectionOptions']['tls'];

/** What keeps a client from connecting to a server. */
export type Obstacle =
  /** Nothing listens there, or the name is not known. */
  | { readonly kind: 'unreachable'; readonly code: string }
  | { readonly kind: 'silent' }
  /** One side speaks TLS and the other does not. */
  | { readonly kind: 'tls-expected' | 'no-tls' }
  | { readonly kind: 'untrusted' | 'other-name' | 'client-certificate' | 'tls'; readonly detail: string };

/** The start of every HTTP/2 connection (RFC 9113, 3.4): the preface and an empty SETTINGS frame. */
const HELLO = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);
const ALERT_MS = 100;
/** Some servers refuse a certificate in this way, after a successful handshake. */
const HANGS_UP: Obstacle = { kind: 'client-certificate', detail: 'it hangs up after the handshake' };
const FRAME_TYPE_AT = 3;
const SETTINGS = 4;

const UNREACHABLE = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
];
const UNTRUSTED =
  /^(?:SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_.*|CERT_.*|ERR_TLS_CERT_SIGNATURE.*)$/;
/** A server's alerts about the client's certificate, or about a missing one. */
const ABOUT_CLIENT =
  /^(?:certificate required|bad certificate|unknown ca|handshake failure|certificate unknown|certificate expired|access denied)/i;

/**
 * Tests the way to a gRPC server with the TLS settings that a client would use, up to the first HTTP/2 frame.
 * The gRPC libraries retry until their time is over and then report only that there was no answer; this reports
 * the cause, and at once.
 *
 * @param address `host:port`.
 * @returns Undefined when the server speaks HTTP/2 with us.
 */
export async function probeServer(
  address: string,
  tls: Tls,
  timeoutMs: number,
): Promise<Obstacle | undefined> {
  const secure = tls !== undefined && tls !== null && tls !== false;
  const place = placeOf(address);
  if (place === undefined) return { kind: 'unreachable', code: 'it is not written as HOST:PORT' };
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
    const timer = setTimeout(() => end({ kind: 'silent' }), timeoutMs);
    // In TLS 1.3 a server reports a missing certificate only after the handshake, and hangs up: what is written
    // meanwhile could make the system drop its report.
    socket.once('secureConnect', () => setTimeout(() => socket.write(HELLO), ALERT_MS).unref());
    if (!secure) socket.once('connect', () => socket.write(HELLO));
    socket.once('data', (frame: Buffer) =>
      end(frame[FRAME_TYPE_AT] === SETTINGS ? undefined : notGrpc(secure)),
    );
    // Stays on: an error after the answer does not matter, and must not be thrown.
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
  const detail = plainText(errorMessage(error));
  if (UNREACHABLE.includes(code)) return { kind: 'unreachable', code };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return { kind: 'other-name', detail };
  if (UNTRUSTED.test(code)) return { kind: 'untrusted', detail };
  if (ABOUT_CLIENT.test(detail)) return { kind: 'client-certificate', detail };
  if (!secure) return { kind: 'tls-expected' };
  if (['ECONNRESET', 'EPIPE'].includes(code)) return HANGS_UP;
  if (/wrong version number|packet length too long/i.test(detail)) return { kind: 'no-tls' };
  return { kind: 'tls', detail };
}

/** OpenSSL's `00AB…:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:…` is this. */
function plainText(message: string): string {
  const alert = /alert ([a-z ]+)/i.exec(message)?.[1];
  const reason = /:SSL routines:[^:]*:([^:]+)/.exec(message)?.[1];
  return (alert ?? reason ?? message).trim().split('\n')[0] ?? message;
}
