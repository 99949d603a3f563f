import { setTimeout as sleep } from 'node:timers/promises';

import type { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';

import { GurukulError, InvalidInputError } from '../../data/errors.js';
import { grpcCode } from '../connection.js';
import { ensureSearchAttributes } from '../search-attributes.js';

const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;
const DAY_S = 86_400;
const DAY_MS = DAY_S * 1_000;
/** Its machines look for new namespaces every few seconds. */
const KNOWN_WITHIN_MS = 60_000;
const ASK_EVERY_MS = 500;

/** What a cluster is to have. */
export interface NamespaceSettings {
  readonly namespace: string;
  /** How long ended workflows stay. */
  readonly retentionDays: number;
  /** What the cluster's machines are started with; decided once, when they first are. */
  readonly historyShards: number;
}

/** What it has. */
export interface PreparedNamespace extends NamespaceSettings {
  /** What it keeps histories in. */
  readonly persistence: string;
  readonly serverVersion: string;
}

/**
 * Registers a namespace with its retention and our search attributes; what is there already stays, and another retention
 * is changed.
 *
 * @throws InvalidInputError when the cluster has another number of history shards, which nobody can change.
 */
export async function prepareNamespace(
  connection: Connection,
  settings: NamespaceSettings,
): Promise<PreparedNamespace> {
  const { namespace, retentionDays, historyShards } = settings;
  const { workflowService } = connection;
  const cluster = await workflowService.getClusterInfo({});
  if (cluster.historyShardCount !== historyShards)
    throw new InvalidInputError([
      `the cluster has ${cluster.historyShardCount} history shards, not ${historyShards}: its first start decided that for ever. Give --history-shards ${cluster.historyShardCount}, or begin with an empty database`,
    ]);
  const retention = msToTs(retentionDays * DAY_MS);
  const before = await retentionOf(connection, namespace);
  if (before === undefined)
    await workflowService
      .registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention })
      .catch((error: unknown) => {
        if (grpcCode(error) !== ALREADY_EXISTS) throw error;
      });
  else if (before !== retentionDays * DAY_S)
    await workflowService.updateNamespace({
      namespace,
      config: { workflowExecutionRetentionTtl: retention },
    });
  await untilKnown(connection, namespace);
  await ensureSearchAttributes(connection, namespace);
  return {
    ...settings,
    persistence: cluster.persistenceStore,
    serverVersion: cluster.serverVersion,
  };
}

/** In seconds; undefined where there is no such namespace. */
async function retentionOf(connection: Connection, namespace: string): Promise<number | undefined> {
  try {
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  } catch (error) {
    if (grpcCode(error) === NOT_FOUND) return undefined;
    throw error;
  }
}

async function untilKnown(connection: Connection, namespace: string): Promise<void> {
  const until = Date.now() + KNOWN_WITHIN_MS;
  for (;;)
    try {
      await connection.operatorService.listSearchAttributes({ namespace });
      return;
    } catch (error) {
      if (grpcCode(error) !== NOT_FOUND) throw error;
      if (Date.now() > until)
        throw new GurukulError(
          'StoreUnavailable',
          `namespace "${namespace}" was registered, and the cluster does not know it yet; try again`,
        );
      await sleep(ASK_EVERY_MS);
    }
}
