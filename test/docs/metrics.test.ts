import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { addMetricsRoutes } from '../../client/dashboard/server/metrics.js';
import { fastify } from 'fastify';
import { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { createProcessMetrics } from '../../temporal-config/metrics/process-metrics.js';
import { createLogger } from '../../workers/logging.js';
import { activityMetrics } from '../../workers/metrics/activity-metrics.js';
import { addGpuMetrics } from '../../workers/metrics/gpu-metrics.js';
import { addQuotaMetrics } from '../../workers/metrics/quota-metrics.js';
import { addTrainerMetrics } from '../../workers/metrics/trainer-metrics.js';
import { readPage } from './pages.js';

const MONITORING = path.join(packageRoot, 'temporal-config', 'monitoring');
const TYPE = /^# TYPE (\S+) (\S+)$/gm;

/** Names in the tables of the page, and how it calls their kind. */
function documented(): Map<string, string> {
  const rows = readPage('docs/reference/metrics.md').text.split('\n');
  const cells = rows.map((row) => row.split('|').map((cell) => cell.trim()));
  return new Map(
    cells.flatMap(([, name = '', kind = '']) => {
      const [, metric] = /^`((?:gurukul|temporal)_\w+)`$/.exec(name) ?? [];
      return metric === undefined ? [] : [[metric, kind] as const];
    }),
  );
}

/** Names of metrics in rules or queries, without the suffixes of histograms. */
function namesIn(text: string): Set<string> {
  const names = text.match(/\b(?:gurukul|temporal|nodejs|process)_\w+(?=[{\s)])/g) ?? [];
  return new Set(names.map((name) => name.replace(/_(bucket|sum|count)$/, '')));
}

describe('docs/reference/metrics.md', () => {
  let home: Home;
  let exported: string;

  before(async () => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-metrics-page-')));
    const worker = createProcessMetrics();
    activityMetrics(worker.registry, home, createLogger({}));
    addQuotaMetrics(worker, home, async () => Promise.resolve(null));
    addTrainerMetrics(worker);
    addGpuMetrics(worker, []);
    const app = fastify();
    addMetricsRoutes(app, home);
    exported = `${await worker.text()}${(await app.inject('/metrics')).body}`;
    await app.close();
  });
  after(() => rmSync(home.root, { recursive: true }));

  const ours = (): Map<string, string> =>
    new Map(
      [...exported.matchAll(TYPE)]
        .map(([, name = '', kind = '']) => [name, kind] as const)
        .filter(([name]) => name.startsWith('gurukul_')),
    );

  it('has every metric of ours that is exported, and none that is not', () => {
    const page = [...documented()].filter(([name]) => name.startsWith('gurukul_'));
    expect(ours().size).to.be.greaterThan(15);
    expect(page.sort()).to.deep.equal([...ours()].sort());
  });

  it('has what the alert rules and the dashboard of Grafana ask for', () => {
    const page = documented();
    const nodes = new Set([...exported.matchAll(TYPE)].map(([, name = '']) => name));
    for (const file of ['alert-rules.yml', 'grafana-dashboard.json']) {
      const asked = namesIn(readFileSync(path.join(MONITORING, file), 'utf8'));
      expect(asked.size, file).to.be.greaterThan(10);
      expect(
        [...asked].filter((name) => !page.has(name) && !nodes.has(name)),
        file,
      ).to.deep.equal([]);
    }
  });
});
