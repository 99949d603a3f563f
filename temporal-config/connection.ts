import { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import type { NativeConnection } from '@temporalio/worker';

import { InvalidInputError, errorMessage } from '../data/errors.js';
import { registerSecret } from '../data/secrets/secrets.js';
import { shellWord } from '../data/text/shell-word.js';
import type { Home } from '../data/store/home.js';
import { homeFromEnv } from '../data/store/home.js';
import { packageRoot } from '../data/store/package-root.js';
import { dataConverter } from './data-converter.js';
import { describeObstacle } from './obstacles.js';
import { probeServer } from './probe.js';
import { readLiveServer } from './server-record.js';
import { tracingOf } from './tracing/tracing.js';

/** Where to connect; what is absent comes from the environment. */
export interface ConnectOptions {
  /**
   * `host:port` of a server of our own, such as the embedded one: the connection has no TLS and sends no API key,
   * whatever the environment holds for another server.
   */
  readonly address?: string;
  readonly namespace?: string;
  /**
   * Home whose embedded server is used when neither address nor profile names one.
   * @default the home of the environment
   */
  readonly home?: Home;
}

/** A connected client. The caller closes the connection. */
export interface ConnectedClient {
  readonly client: Client;
  readonly connection: Connection;
  readonly address: string;
  readonly namespace: string;
}

/** A connection for a worker. The caller closes it. */
export interface ConnectedWorker {
  readonly connection: NativeConnection;
  readonly address: string;
  readonly namespace: string;
  /** For the workers on this connection; undefined without encryption. */
  readonly dataConverter: DataConverter | undefined;
}

const CONNECT_MS = 6_000;
const DEFAULT_NAMESPACE = 'default';

const GRPC_NOT_FOUND = 5;
const GRPC_PERMISSION_DENIED = 7;
const GRPC_UNAUTHENTICATED = 16;

/**
 * Connects a client. Address, namespace, TLS and API key come from the options, from TEMPORAL_* variables
 * or from the profile of the TOML file they name (see profiles/), and else from the embedded server of
 * the home, in this order. There is no default address to fall back on: a server there may serve another
 * home. Payloads are encrypted where the settings hold keys.
 *
 * @throws InvalidInputError when the configuration is wrong, no server answers within a few seconds, it
 * is not the server that the certificates name, it refuses the credentials, or the namespace does not exist.
 */
export async function connectClient(options: ConnectOptions = {}): Promise<ConnectedClient> {
  const converter = dataConverter();
  const { address, namespace, connectionOptions } = await whereTo(options);
  const connection = await bounded(address, connectionOptions, () =>
    Connection.connect({ ...connectionOptions, address, connectTimeout: CONNECT_MS }),
  );
  await requireNamespace(connection, address, namespace);
  const tracing = await tracingOf('gurukul');
  const client = new Client({
    connection,
    namespace,
    ...(tracing === undefined ? {} : { interceptors: { workflow: [tracing.client] } }),
    ...(converter === undefined ? {} : { dataConverter: converter }),
  });
  return { client, connection, address, namespace };
}

/**
 * Connects a worker, to the same place as {@link connectClient}.
 *
 * @throws InvalidInputError as {@link connectClient}.
 */
export async function connectWorker(options: ConnectOptions = {}): Promise<ConnectedWorker> {
  const converter = dataConverter();
  const { address, namespace, connectionOptions } = await whereTo(options);
  // Its native library takes longer to load than a short command takes, and no client needs it.
  const { NativeConnection } = await import('@temporalio/worker');
  const connection = await bounded(address, connectionOptions, () =>
    NativeConnection.connect({ ...connectionOptions, address }),
  );
  await requireNamespace(connection, address, namespace);
  return { connection, address, namespace, dataConverter: converter };
}

/** Closes the connection when it does not serve. */
async function requireNamespace(
  connection: Connection | NativeConnection,
  address: string,
  namespace: string,
): Promise<void> {
  try {
    await connection.withDeadline(Date.now() + CONNECT_MS, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } catch (error) {
    const code = grpcCode(error);
    // A key may be allowed to run workflows but not to describe its namespace.
    if (code === GRPC_PERMISSION_DENIED) return;
    await connection.close();
    throw code === GRPC_NOT_FOUND
      ? new InvalidInputError([
          `the Temporal server at ${address} has no namespace "${namespace}": set TEMPORAL_NAMESPACE, ` +
            `or create it with: temporal operator namespace create --namespace ${shellWord(namespace)}`,
        ])
      : unreachable(address, error);
  }
}

interface Target {
  readonly address: string;
  readonly namespace: string;
  readonly connectionOptions: ClientConnectConfig['connectionOptions'];
}

async function whereTo(options: ConnectOptions): Promise<Target> {
  const profile = loadProfile();
  const namespace = options.namespace ?? profile.namespace ?? DEFAULT_NAMESPACE;
  const named = profile.connectionOptions.address;
  if (options.address === undefined && named !== undefined)
    return { address: named, namespace, connectionOptions: profile.connectionOptions };
  const home = options.home ?? homeFromEnv(packageRoot);
  const own = options.address ?? (await readLiveServer(home))?.address;
  if (own === undefined)
    throw new InvalidInputError([
      `no Temporal server of the home ${home.root} is up: start one with \`gurukul up\`, or set TEMPORAL_ADDRESS`,
    ]);
  // A server of our own has no TLS, and must not get another server's key.
  return { address: own, namespace, connectionOptions: {} };
}

/** The namespace that the environment or the profile names. @throws InvalidInputError when these cannot be read. */
export function configuredNamespace(): string {
  return loadProfile().namespace ?? DEFAULT_NAMESPACE;
}

/** Registers the secrets of the profile in use; one that cannot be read is refused where it is needed. */
export function registerProfileSecrets(): void {
  try {
    loadProfile();
  } catch {
    // Said by whoever connects.
  }
}

function loadProfile(): ClientConnectConfig {
  try {
    const config = loadClientConnectConfig();
    if (config.connectionOptions.apiKey !== undefined) registerSecret(config.connectionOptions.apiKey);
    return config;
  } catch (error) {
    // Only the first line: a parser quotes the file, which holds keys.
    const [what = ''] = errorMessage(error).split('\n');
    throw new InvalidInputError([
      `the Temporal settings cannot be used: ${what} ` +
        '(see TEMPORAL_CONFIG_FILE and TEMPORAL_PROFILE, and temporal-config/profiles/)',
    ]);
  }
}

/** A connection attempt that ends within a few seconds, with or without success. */
async function bounded<Kind extends Connection | NativeConnection>(
  address: string,
  { tls }: Target['connectionOptions'],
  connect: () => Promise<Kind>,
): Promise<Kind> {
  // Behind a proxy the direct way may be closed; the library uses the proxy.
  const obstacle = hasProxy() ? undefined : await probeServer(address, tls, CONNECT_MS);
  if (obstacle !== undefined) throw new InvalidInputError([describeObstacle(address, obstacle, CONNECT_MS)]);
  const attempt = connect();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${CONNECT_MS / 1000} s`));
      // It may still succeed: then it is closed.
      attempt.then((connection) => connection.close()).catch(() => undefined);
    }, CONNECT_MS + 1_000);
  });
  try {
    return await Promise.race([attempt, late]);
  } catch (error) {
    throw unreachable(address, error);
  } finally {
    clearTimeout(timer);
  }
}

function hasProxy(): boolean {
  return ['grpc_proxy', 'https_proxy', 'http_proxy'].some((name) => (process.env[name] ?? '') !== '');
}

function unreachable(address: string, error: unknown): InvalidInputError {
  const code = grpcCode(error);
  // The worker's library gives no code, only a message.
  const refused = /valid authentication credentials|does not have permission/i.test(errorMessage(error));
  if (refused || code === GRPC_UNAUTHENTICATED || code === GRPC_PERMISSION_DENIED)
    return new InvalidInputError([
      `the Temporal server at ${address} refuses the credentials: check the API key or certificates of the profile`,
    ]);
  return new InvalidInputError([
    `the server at ${address} answers, but does not serve as a Temporal server (${errorMessage(error)}): check ` +
      'TEMPORAL_ADDRESS and the TLS settings of the profile',
  ]);
}

/** The gRPC status at the bottom of an error. */
export function grpcCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  return 'code' in error && typeof error.code === 'number' ? error.code : grpcCode(error.cause);
}
