// @ts-check
import dgram from 'node:dgram';
import { appendFileSync } from 'node:fs';
import net from 'node:net';

/**
 * Loaded before everything else in a test process and, by NODE_OPTIONS, in the processes that it starts. Connections to
 * other machines fail with an error, and the attempt is recorded, so that it fails the tests even if the error is
 * swallowed.
 */

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1|::ffff:127(\.\d+){3}|0\.0\.0\.0|::)$/i;

const connect = net.Socket.prototype.connect;

/**
 * @this {net.Socket}
 * @param {any[]} args As connect takes them: (options), (port, host), (path), or the same in an array.
 */
function guardedConnect(...args) {
  const host = hostOf(Array.isArray(args[0]) ? args[0] : args);
  refuseOutside(host);
  return Reflect.apply(connect, this, args);
}

/** @param {string | undefined} host */
function refuseOutside(host) {
  if (host === undefined || LOOPBACK.test(host)) return;
  const attempt = `a test tried to reach ${host}`;
  const attempts = process.env['GURUKUL_NETWORK_ATTEMPTS'];
  if (attempts) appendFileSync(attempts, `${attempt}\n`);
  throw new Error(`${attempt}: tests stay on this machine`);
}

/**
 * @param {any[]} args
 * @returns {string | undefined} Undefined for a local socket or the default host.
 */
function hostOf([first, second]) {
  if (typeof first === 'object' && first !== null)
    return typeof first.path === 'string' ? undefined : first.host;
  return typeof second === 'string' && !Number.isNaN(Number(first)) ? second : undefined;
}

net.Socket.prototype.connect = /** @type {any} */ (guardedConnect);

const send = dgram.Socket.prototype.send;

/**
 * @this {dgram.Socket}
 * @param {any[]} args As send takes them: (message, [offset, length,] [port,] [address,] [callback]).
 */
function guardedSend(...args) {
  refuseOutside(args.slice(1).find((arg) => typeof arg === 'string'));
  return Reflect.apply(send, this, args);
}

dgram.Socket.prototype.send = /** @type {any} */ (guardedSend);
