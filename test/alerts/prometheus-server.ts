import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import getPort from 'get-port';
import { z } from 'zod';

import { packageRoot } from '../../data/store/package-root.js';
import { until } from '../support/until.js';

/** Where the files for operators are. */
export const MONITORING = path.join(packageRoot, 'temporal-config', 'monitoring');
/** Instead of minutes. */
const WINDOW = '15s';

/** A Prometheus that watches some homes by the project's own rules. */
export interface PrometheusServer {
  /** Alerts that fire now, by name, with their labels. */
  firing(): Promise<Map<string, Readonly<Record<string, string>>>>;
  /** Names of alerts that fired at any time. */
  fired(): Promise<Set<string>>;
  /** The value of an expression; undefined: it has none. */
  value(expression: string): Promise<number | undefined>;
  stop(): Promise<void>;
}

const labels = z.record(z.string(), z.string());
const alertsSchema = z.object({
  data: z.object({ alerts: z.array(z.object({ state: z.string(), labels })) }),
});
const vectorSchema = z.object({
  data: z.object({
    result: z.array(z.object({ metric: labels, value: z.tuple([z.number(), z.string()]) })),
  }),
});

/** The rules with seconds instead of minutes; conditions and limits are as they are. */
export function hastened(rules: string): string {
  return rules
    .replaceAll(/for: \d+m/g, 'for: 3s')
    .replaceAll(/\[\d+[mh]\]/g, `[${WINDOW}]`)
    .replaceAll(/offset \d+m/g, `offset ${WINDOW}`);
}

/** Starts a Prometheus on loopback, with the project's configuration and hastened rules. */
export async function startPrometheus(
  program: string,
  folder: string,
  homes: readonly string[],
): Promise<PrometheusServer> {
  const config = readFileSync(path.join(MONITORING, 'prometheus.yml'), 'utf8')
    .replace(/( +)- \.\.\/\.\.\/var\/metrics\/\*\.json/, (_, indent: string) =>
      homes.map((home) => `${indent}- ${home}/metrics/*.json`).join('\n'),
    )
    .replaceAll(/(scrape_interval|evaluation_interval|refresh_interval): 15s/g, '$1: 1s')
    .replace('scrape_timeout: 10s', 'scrape_timeout: 1s');
  writeFileSync(path.join(folder, 'prometheus.yml'), config);
  const rules = readFileSync(path.join(MONITORING, 'alert-rules.yml'), 'utf8');
  writeFileSync(path.join(folder, 'alert-rules.yml'), hastened(rules));
  const port = await getPort({ host: '127.0.0.1' });
  const child = spawn(
    program,
    [
      `--config.file=${path.join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${path.join(folder, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const base = `http://127.0.0.1:${port}`;
  const get = async (route: string): Promise<unknown> => (await fetch(`${base}${route}`)).json();
  const vector = async (expression: string): Promise<z.output<typeof vectorSchema>['data']['result']> =>
    vectorSchema.parse(await get(`/api/v1/query?query=${encodeURIComponent(expression)}`)).data.result;
  await until(async () => (await fetch(`${base}/-/ready`).catch(() => undefined))?.ok === true);
  return {
    firing: async () => {
      const { alerts } = alertsSchema.parse(await get('/api/v1/alerts')).data;
      const names = alerts.filter(({ state }) => state === 'firing').map((one) => one.labels);
      return new Map(names.map((one) => [one['alertname'] ?? '', one]));
    },
    fired: async () => {
      const found = await vector('max_over_time(ALERTS{alertstate="firing"}[10m])');
      return new Set(found.map(({ metric }) => metric['alertname'] ?? ''));
    },
    value: async (expression) => {
      const [first] = await vector(expression);
      return first === undefined ? undefined : Number(first.value[1]);
    },
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
