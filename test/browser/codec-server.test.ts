import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Client, Connection } from '@temporalio/client';
import { expect } from 'chai';

import { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { dataConverter } from '../../temporal-config/data-converter.js';
import type { DevServer } from '../../temporal-config/dev-server.js';
import { startDevServer } from '../../temporal-config/dev-server.js';
import { payloadKeys } from '../../temporal-config/payload-keys.js';
import { freePortFrom } from '../../temporal-config/ports.js';
import type { WebUi } from './web-ui.js';
import { NO_BROWSER, findBrowser, openWebUi } from './web-ui.js';

describe('encrypted payloads in the Web UI', function () {
  this.timeout(600_000);
  const env = { GURUKUL_ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}` };
  let server: DevServer;
  let ui: WebUi;
  const endings: (() => Promise<void> | void)[] = [];

  before(async function () {
    const browser = findBrowser();
    if (browser === undefined) {
      console.log(NO_BROWSER);
      this.skip();
    }
    const folder = mkdtempSync(path.join(tmpdir(), 'gurukul-codec-ui-'));
    endings.push(() => rmSync(folder, { recursive: true }));
    const pictures = process.env['GURUKUL_SCREENSHOTS'] ?? path.join(folder, 'pictures');
    mkdirSync(pictures, { recursive: true });
    const keys = payloadKeys(env);
    server = await startDevServer({
      home: new Home(path.join(folder, 'home')),
      packageRoot,
      port: await freePortFrom(43_300),
      ...(keys === undefined ? {} : { keys }),
    });
    endings.push(async () => server.stop());
    const connection = await Connection.connect({ address: server.address });
    const client = new Client({ connection, dataConverter: dataConverter(env) ?? {} });
    await client.workflow.start('trainUniverse', {
      taskQueue: 'nobody',
      workflowId: 'train/sealed',
      args: [{ universe: 'the-universe-in-the-input' }],
      staticSummary: 'the summary that is sealed',
    });
    await connection.close();
    ui = await openWebUi(server.uiUrl, browser, pictures);
    endings.push(async () => ui.close());
  });
  after(async () => {
    for (const end of endings.reverse()) await end();
  });

  it('are shown through the codec server that comes with the embedded server', async () => {
    await ui.open('train/sealed', 'history');
    await ui.shows('the-universe-in-the-input');
    await ui.shows('the summary that is sealed');
    await ui.picture('codec-server');
    expect(server.codecUrl).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(ui.outside.filter((url) => !url.startsWith(server.codecUrl ?? 'none'))).to.deep.equal([]);
  });

  it('stay sealed for whoever has no codec server', async () => {
    await ui.page.route(`${server.codecUrl ?? ''}/**`, (route) => route.abort());
    await ui.open('train/sealed', 'history');
    await ui.shows(/binary\/encrypted|YmluYXJ5L2VuY3J5cHRlZA/);
    expect(await ui.content()).to.not.include('the-universe-in-the-input');
  });
});
