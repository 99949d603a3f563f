import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';

import { InvalidInputError, errorMessage } from '../data/errors.js';
import type { Home } from '../data/store/home.js';
import { homeFromEnv } from '../data/store/home.js';
import { packageRoot } from '../data/store/package-root.js';
import { answers, readLiveServer } from './server-record.js';

/** Where to connect; what is absent comes from the environment. */
export interface ConnectOptions {
  /** `host:port`. */
  readonly address?: string;
  readonly namespace?: string;
  /**
   * Home whose embedded server is used when neither address nor profile names one.
   * @default the home of the environment
   */
  readonly home?: Home;
}

/** A connected client. Whoever asked for it closes the connection. */
export interface ConnectedClient {
  readonly client: Client;
  readonly connection: Connection;
  readonly address: string;
  readonly namespace: string;
}

/** A connection for a worker. Whoever asked for it closes it. */
export interface ConnectedWorker {
  readonly connection: NativeConnection;
  readonly address: string;
  readonly namespace: string;
}

const CONNECT_MS = 6_000;

const GRPC_NOT_FOUND = 5;
const GRPC_PERMISSION_DENIED = 7;
const GRPC_UNAUTHENTICATED = 16;

/**
 * Connects a client. Address, namespace, TLS and API key come from the options, from TEMPORAL_* variables
 * or from the profile of the TOML file they name (see profiles/), and else from the embedded server of
 * the home, in this order. There is no usual address to fall back on: whoever listens there may serve
 * another home.
 *
 * @throws InvalidInputError when the configuration is wrong, no server answers within a few seconds, it
 * refuses the credentials, or the namespace does not exist.
 */
export async function connectClient(options: ConnectOptions = {}): Promise<ConnectedClient> {
  const { address, namespace, connectionOptions } = await whereTo(options);
  const connection = await bounded(address, () =>
    Connection.connect({ ...connectionOptions, address, connectTimeout: CONNECT_MS }),
  );
  try {
    await connection.withDeadline(Date.now() + CONNECT_MS, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } catch (error) {
    const code = grpcCode(error);
    // A key may be allowed to run workflows and yet not to describe its namespace.
    if (code !== GRPC_PERMISSION_DENIED) {
      await connection.close();
      throw code === GRPC_NOT_FOUND
        ? new InvalidInputError([
            `the Temporal server at ${address} has no namespace "${namespace}": set TEMPORAL_NAMESPACE, ` +
              `or create it with: temporal operator namespace create --namespace ${namespace}`,
          ])
        : unreachable(address, error);
    }
  }
  return { client: new Client({ connection, namespace }), connection, address, namespace };
}

/**
 * Connects a worker, to the same place as {@link connectClient}.
 *
 * @throws InvalidInputError when the configuration is wrong or no server answers within a few seconds.
 */
export async function connectWorker(options: ConnectOptions = {}): Promise<ConnectedWorker> {
  const { address, namespace, connectionOptions } = await whereTo(options);
  const connection = await bounded(address, () =>
    NativeConnection.connect({ ...connectionOptions, address }),
  );
  return { connection, address, namespace };
}

interface Target {
  readonly address: string;
  readonly namespace: string;
  readonly connectionOptions: ClientConnectConfig['connectionOptions'];
}

async function whereTo(options: ConnectOptions): Promise<Target> {
  const { connectionOptions, namespace } = loadProfile();
  const home = options.home ?? homeFromEnv(packageRoot);
  const address = options.address ?? connectionOptions.address ?? (await readLiveServer(home))?.address;
  if (address === undefined)
    throw new InvalidInputError([
      `no Temporal server of the home ${home.root} is up: start one with \`gurukul up\`, or set TEMPORAL_ADDRESS`,
    ]);
  return { address, namespace: options.namespace ?? namespace ?? 'default', connectionOptions };
}

function loadProfile(): ClientConnectConfig {
  try {
    return loadClientConnectConfig();
  } catch (error) {
    throw new InvalidInputError([
      `the Temporal settings cannot be used: ${errorMessage(error)} ` +
        '(see TEMPORAL_CONFIG_FILE and TEMPORAL_PROFILE, and temporal-config/profiles/)',
    ]);
  }
}

/** A connection attempt that ends, in one way or another, within a few seconds. */
async function bounded<Kind extends Connection | NativeConnection>(
  address: string,
  connect: () => Promise<Kind>,
): Promise<Kind> {
  const loopbackPort = /^(?:127\.0\.0\.1|localhost):(\d+)$/.exec(address)?.[1];
  // Nobody listening on this machine is known at once; the library would try for seconds.
  if (loopbackPort !== undefined && !(await answers(Number(loopbackPort))))
    throw unreachable(address, undefined);
  const attempt = connect();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${CONNECT_MS / 1000} s`));
      // Closed should it come after all.
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

function unreachable(address: string, error: unknown): InvalidInputError {
  const code = grpcCode(error);
  if (code === GRPC_UNAUTHENTICATED || code === GRPC_PERMISSION_DENIED)
    return new InvalidInputError([
      `the Temporal server at ${address} refuses the credentials: check the API key or certificates of the profile`,
    ]);
  return new InvalidInputError([
    `no Temporal server at ${address}: start one with \`gurukul up\`, or set TEMPORAL_ADDRESS`,
  ]);
}

/** The gRPC status of a failed call, if it is one. */
export function grpcCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'number' ? error.code : undefined;
}
