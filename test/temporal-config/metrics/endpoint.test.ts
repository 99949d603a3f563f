import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { InvalidInputError } from '../../../data/errors.js';
import { Home } from '../../../data/store/home.js';
import type { MetricsEndpoint } from '../../../temporal-config/metrics/endpoint.js';
import { serveMetrics } from '../../../temporal-config/metrics/endpoint.js';
import { announceTarget } from '../../../temporal-config/metrics/targets-file.js';
import { rejection } from '../../support/rejection.js';

const fileSchema = z.tuple([
  z.object({ targets: z.array(z.string()), labels: z.record(z.string(), z.string()) }),
]);
const HERE = { host: '127.0.0.1', port: 0 };

describe('the endpoint of a process', () => {
  let endpoint: MetricsEndpoint;
  let problems: readonly string[];
  let text: () => Promise<string>;

  beforeEach(async () => {
    problems = [];
    text = async () => Promise.resolve('up 1\n');
    endpoint = await serveMetrics(HERE, {
      text: async () => text(),
      problems: async () => Promise.resolve(problems),
    });
  });
  afterEach(() => endpoint.close());

  const get = async (route: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${endpoint.port}${route}`, init);

  it('answers with metrics, health and readiness', async () => {
    const metrics = await get('/metrics');
    expect(metrics.headers.get('content-type')).to.equal('text/plain; version=0.0.4; charset=utf-8');
    expect(await metrics.text()).to.equal('up 1\n');
    expect(await (await get('/healthz')).json()).to.deep.equal({ ok: true });
    expect(await (await get('/readyz')).json()).to.deep.equal({ ready: true, problems: [] });
    problems = ['not connected yet'];
    const unready = await get('/readyz');
    expect(unready.status).to.equal(503);
    expect(await unready.json()).to.deep.equal({ ready: false, problems });
  });

  it('fails as a whole where a part of the metrics fails: half of them would look like all', async () => {
    text = async () => Promise.reject(new Error('the SDK does not answer'));
    const failed = await get('/metrics');
    expect(failed.status).to.equal(500);
    expect(await failed.json()).to.deep.equal({ error: 'the SDK does not answer' });
  });

  it('takes no other request', async () => {
    expect((await get('/metrics', { method: 'POST' })).status).to.equal(405);
    expect((await get('/elsewhere')).status).to.equal(404);
    const head = await get('/metrics', { method: 'HEAD' });
    expect([head.status, await head.text()]).to.deep.equal([200, '']);
  });

  it('says how to go on where its port is taken', async () => {
    const { port } = endpoint;
    const refused = serveMetrics({ ...HERE, port }, { text, problems: async () => Promise.resolve([]) });
    expect(await rejection(refused, InvalidInputError)).to.have.property(
      'message',
      `--metrics-port ${port}: in use by another program: give another, or 0 for any free one`,
    );
  });
});

describe('the file that leads Prometheus to a process', () => {
  let home: Home;
  beforeEach(() => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-targets-')));
  });
  afterEach(() => rmSync(home.root, { recursive: true }));

  const files = (): string[] => readdirSync(home.metricsTargets());
  const written = (): string => readFileSync(path.join(home.metricsTargets(), files()[0] ?? ''), 'utf8');

  it('names address and labels, and goes with the process', async () => {
    const withdraw = await announceTarget(home, { name: 'worker-train', host: '127.0.0.1', port: 9464 });
    const [{ targets, labels }] = fileSchema.parse(JSON.parse(written()));
    expect(targets).to.deep.equal(['127.0.0.1:9464']);
    expect(labels).to.include({ home: home.root, process: 'worker-train' });
    await withdraw();
    expect(files()).to.deep.equal([]);
  });

  it('names the machine where it listens on all addresses, and brackets the others', async () => {
    await announceTarget(home, { name: 'a', host: '0.0.0.0', port: 1 });
    expect(written()).to.not.contain('0.0.0.0');
    await announceTarget(home, { name: 'a', host: '::1', port: 1 });
    expect(written()).to.contain('[::1]:1');
  });

  it('of a process of this machine that was killed is removed by the next, and of others stays', async () => {
    const withdraw = await announceTarget(home, { name: 'killed', host: '127.0.0.1', port: 1 });
    const text = written();
    await withdraw();
    const place = (name: string): string => path.join(home.metricsTargets(), name);
    // No process has this number.
    const dead = text.replace(/"__gurukul_pid": "\d+"/, '"__gurukul_pid": "4194305"');
    writeFileSync(place('dead.json'), dead);
    writeFileSync(
      place('elsewhere.json'),
      dead.replace(/"__gurukul_host": "[^"]+"/, '"__gurukul_host": "other"'),
    );
    writeFileSync(place('mine.json'), 'of somebody else');
    await announceTarget(home, { name: 'next', host: '127.0.0.1', port: 2 });
    expect(files().filter((name) => !name.startsWith('next'))).to.deep.equal(['elsewhere.json', 'mine.json']);
  });
});
