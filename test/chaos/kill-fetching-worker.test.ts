import { fileURLToPath } from 'node:url';

import { Worker } from '@temporalio/worker';
import { expect } from 'chai';

import { readResponses } from '../../data/bars/fetched-bars.js';
import { ingestBatches } from '../../data/schemas/ingest.js';
import type { QuotaLimits } from '../../data/sources/quota-limits.js';
import { canonicalJson } from '../../data/store/digests.js';
import { writeRef } from '../../data/store/file-refs.js';
import { packageRoot } from '../../data/store/package-root.js';
import { connectClient, connectWorker } from '../../temporal-config/connection.js';
import type { DevServer } from '../../temporal-config/dev-server.js';
import { startDevServer } from '../../temporal-config/dev-server.js';
import { freePortFrom } from '../../temporal-config/ports.js';
import { ingestUniverse } from '../../workflows/ingest-universe.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import { quotaQuery } from '../../workflows/contract/quota-messages.js';
import { shortTimeoutBundle } from '../support/short-timeout-bundle.js';
import type { BreezeRig, Market } from '../support/provider-rig.js';
import { dailyMarket, providerConfig, startBreezeRig } from '../support/provider-rig.js';
import { quietRuntime } from '../support/quiet-runtime.js';
import { replayAll } from '../support/temporal-rig.js';
import { until } from '../support/until.js';
import type { WorkerProcess } from '../support/worker-process.js';
import { startWorkerProcess } from '../support/worker-process.js';
import { killServerAndWait } from './stack.js';

const FETCH_WORKER = fileURLToPath(new URL('../support/fetch-worker.js', import.meta.url));

/** Breeze's own limits, with a minute of two seconds; no day ends during the test. */
const PROVIDER: QuotaLimits = {
  spanCalls: 100,
  spanMs: 2_000,
  dayCalls: 5_000,
  dayMs: 86_400_000,
  dayOffsetMs: 43_200_000 - (Date.now() % 86_400_000),
  marginMs: 200,
};
/** Limits of the runs; the rest is for logins from the command line. */
const FOR_RUNS: QuotaLimits = { ...PROVIDER, spanCalls: 98, dayCalls: 4_990 };
/** Number of provider calls at which something is killed. */
const KILLS = [
  { target: 'worker', at: 8 },
  { target: 'server', at: 45 },
  { target: 'worker', at: 66 },
] as const;
/** Other ports than those of stack.ts, whose server may be restarting in another process. */
const FIRST_PORT = 24_000;
const PORT_SPAN = 4_000;
/** A worker has four calls in flight; a charged call may not have reached the provider. */
const LOST_WITH_A_WORKER = 4;

describe('a worker killed while it fetches', function () {
  this.timeout(600_000);
  let market: Market;
  let rig: BreezeRig;
  let server: DevServer;
  let bundle: { readonly code: string };
  before(async () => {
    quietRuntime();
    market = await dailyMarket();
    bundle = await shortTimeoutBundle();
    rig = await startBreezeRig(market, { limits: PROVIDER, realClock: true, delayMs: 25 });
  });
  after(async () => rig.stop());

  it('loses and duplicates no bar of 96 symbols and no call, with 10 % faults of every kind', async () => {
    const port = await freePortFrom(FIRST_PORT + (process.pid % PORT_SPAN));
    const uiPort = await freePortFrom(port + 1);
    const serve = async (): Promise<DevServer> =>
      startDevServer({ home: rig.home, packageRoot, port, uiPort });
    const startWorker = async (): Promise<WorkerProcess> =>
      startWorkerProcess({
        roles: 'io',
        home: rig.home.root,
        address: server.address,
        program: FETCH_WORKER,
        env: { ...rig.settings.env, TEST_BREEZE_LIMITS: JSON.stringify(FOR_RUNS) },
      });
    server = await serve();
    const { connection, namespace } = await connectWorker({ address: server.address });
    const { client, connection: asking } = await connectClient({ address: server.address, namespace });
    const meta = await Worker.create({ connection, namespace, taskQueue: 'meta', workflowBundle: bundle });
    const deciding = meta.run();
    let worker = await startWorker();
    try {
      rig.fake.spoil(0.1, 21);
      const config = providerConfig({ runId: 'killed' });
      const symbols = [...market.keys()];
      expect(symbols).to.have.length(96);
      const list = await writeRef(rig.home, rig.home.symbols('killed'), canonicalJson(symbols), 96);
      const ingest = await client.workflow.start(ingestUniverse, {
        workflowId: workflowIds.ingest('killed'),
        taskQueue: 'meta',
        args: [{ config, symbols: list, batches: ingestBatches(96) }],
      });
      const { times, over } = rig.fake.counter;
      for (const { target, at } of KILLS) {
        await until(() => times.length >= at);
        if (target === 'server') {
          await killServerAndWait(server.pid, port);
          server = await serve();
        } else {
          await worker.kill();
          worker = await startWorker();
        }
      }
      const ingested = await ingest.result();

      // The gates complain about a synthetic market with real corporate actions; here only the bars matter.
      expect(ingested.symbols).to.equal(96);
      let added = 0;
      for (const symbol of symbols) {
        const truth = rig.truth(symbol, config);
        expect(await rig.fetched(symbol, '1day'), symbol).to.deep.equal(truth);
        const key = { source: 'breeze', symbol, interval: '1day' } as const;
        for (const answer of readResponses(rig.home, key)) added += answer.added;
        added -= truth?.time.length ?? 0;
      }
      expect(added, 'bars that responses added twice').to.equal(0);
      expect(over, 'calls above the limits').to.deep.equal({ span: 0, day: 0 });
      // The quota is charged with the calls that were made, not with the leases of killed workers.
      const { dayCalls } = await client.workflow.getHandle(workflowIds.quota('breeze')).query(quotaQuery);
      const kills = KILLS.filter(({ target }) => target === 'worker').length;
      expect(dayCalls - times.length).to.be.within(0, LOST_WITH_A_WORKER * kills);
      expect(await replayAll(client, bundle)).to.equal(2);
    } finally {
      await worker.leave();
      meta.shutdown();
      await deciding;
      await asking.close();
      await connection.close();
      await server.stop();
    }
  });
});
