import { rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';

import { z } from 'zod';

import { removeFile, writeJson } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { isAlive, processName } from '../../scripts/shared/lock.mjs';

/** A process whose metrics can be fetched. */
export interface MetricsTarget {
  /** What it is, for its file's name and the label `process`: `worker-train`, `dashboard`. */
  readonly name: string;
  /** Where it listens. */
  readonly host: string;
  readonly port: number;
}

const text = z.string();
/** Labels that begin with two underscores are Prometheus's to read and are not stored. */
const fileSchema = z.tuple([
  z.object({
    targets: z.array(text),
    labels: z.object({
      process: text,
      __gurukul_host: text,
      __gurukul_pid: text,
      __gurukul_started: text,
    }),
  }),
]);

/** Addresses that stand for all of this machine's. */
const ANY: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/**
 * Writes where a process exports its metrics, as a file that Prometheus's service discovery (`file_sd_configs`) reads,
 * and removes what processes of this machine left that were killed.
 *
 * @returns Removes it again.
 */
export async function announceTarget(home: Home, target: MetricsTarget): Promise<() => Promise<void>> {
  const { name, host, port } = target;
  const { pid, startedTicks = '' } = processName();
  const file = home.metricsTarget(`${name}-${hostname().replaceAll(/[^\w.-]/g, '_')}-${pid}`);
  await removeAbandoned(home.metricsTargets());
  const address = ANY.has(host) ? hostname() : host;
  await writeJson(file, [
    {
      targets: [`${address.includes(':') ? `[${address}]` : address}:${port}`],
      labels: {
        home: home.root,
        process: name,
        __gurukul_host: hostname(),
        __gurukul_pid: String(pid),
        __gurukul_started: startedTicks,
      },
    },
  ]);
  const removeNow = (): void => rmSync(file, { force: true });
  process.once('exit', removeNow);
  return async () => {
    process.off('exit', removeNow);
    await removeFile(file);
  };
}

/** A process that has written where it exports its metrics. */
export interface AnnouncedProcess {
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  /** `HOST:PORT` */
  readonly address: string;
}

/** The processes of a home that export metrics, by their names; one that was killed may be among them. */
export async function announcedProcesses(home: Home): Promise<AnnouncedProcess[]> {
  const found: AnnouncedProcess[] = [];
  for await (const { targets, labels } of targetsIn(home.metricsTargets())) {
    const [address] = targets;
    if (address === undefined) continue;
    const { process: name, __gurukul_host: host, __gurukul_pid: pid } = labels;
    found.push({ name, host, pid: Number(pid), address });
  }
  return found.sort((a, b) => (a.name === b.name ? a.pid - b.pid : a.name < b.name ? -1 : 1));
}

/** Files of processes of this machine that have ended. */
async function removeAbandoned(folder: string): Promise<void> {
  for await (const { file, labels } of targetsIn(folder)) {
    if (labels.__gurukul_host !== hostname()) continue;
    const { __gurukul_pid: pid, __gurukul_started: startedTicks } = labels;
    if (!isAlive({ pid: Number(pid), ...(startedTicks === '' ? {} : { startedTicks }) }))
      await removeFile(file);
  }
}

async function* targetsIn(
  folder: string,
): AsyncGenerator<z.output<typeof fileSchema>[0] & { readonly file: string }> {
  for (const name of await readdir(folder).catch(() => [])) {
    const file = path.join(folder, name);
    const [target] = fileSchema.safeParse(await parsed(file)).data ?? [];
    if (target !== undefined) yield { file, ...target };
  }
}

async function parsed(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    // Another program's, or it was removed meanwhile.
    return undefined;
  }
}
