import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { expect } from 'chai';

import { packageRoot } from '../../data/store/package-root.js';

const GUARD = pathToFileURL(path.join(packageRoot, 'test', 'support', 'no-network.mjs')).href;

/** Programs that swallow every error, as a retry loop would. */
const SWALLOWING = {
  fetch: `await fetch('http://203.0.113.7/').catch(() => undefined)`,
  'the request of undici, as the providers make it': `const { request } = await import('undici'); await request('http://203.0.113.7/').catch(() => undefined)`,
  'the connection pool of undici, by name': `const { Pool } = await import('undici'); await new Pool('https://example.invalid').request({ path: '/', method: 'GET' }).catch(() => undefined)`,
  http: `const { get } = await import('node:http'); try { get('http://203.0.113.7/').on('error', () => {}) } catch {}`,
  tls: `const { connect } = await import('node:tls'); try { connect({ host: 'example.invalid', port: 443 }).on('error', () => {}) } catch {}`,
  'a datagram': `const { createSocket } = await import('node:dgram'); const socket = createSocket('udp4'); try { socket.send('x', 53, '203.0.113.7', () => socket.close()) } catch { socket.close() }`,
  'a child process': `const { spawnSync } = await import('node:child_process'); spawnSync(process.execPath, ['--eval', 'fetch("http://203.0.113.7/").catch(() => undefined)'])`,
  'a worker thread': `const { Worker } = await import('node:worker_threads'); new Worker('fetch("http://203.0.113.7/").catch(() => undefined)', { eval: true })`,
  'a socket by name': `const { connect } = await import('node:net'); try { connect(443, 'example.invalid') } catch {}`,
  'a socket by options': `const { connect } = await import('node:net'); try { connect({ host: '203.0.113.7', port: 1 }) } catch {}`,
  https: `const { get } = await import('node:https'); try { get('https://example.invalid/').on('error', () => {}) } catch {}`,
};

const LOCAL = `
const { createServer } = await import('node:http');
const server = createServer((_request, response) => response.end('here')).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
for (const host of ['127.0.0.1', 'localhost'])
  if ((await (await fetch('http://' + host + ':' + server.address().port)).text()) !== 'here') process.exit(3);
server.close();
process.exit(0);
`;

describe('a test process', function () {
  this.timeout(30_000);
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'gurukul-network-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const attemptsOf = (program: string): { status: number | null; attempts: string } => {
    const file = path.join(folder, 'attempts');
    const { status } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: packageRoot,
      // As test/run.mjs has it, and so for whatever a test starts.
      env: { ...process.env, GURUKUL_NETWORK_ATTEMPTS: file, NODE_OPTIONS: `--import=${GUARD}` },
    });
    try {
      return { status, attempts: readFileSync(file, 'utf8') };
    } catch {
      return { status, attempts: '' };
    }
  };

  for (const [what, program] of Object.entries(SWALLOWING))
    it(`that tries to reach another machine is found out: ${what}`, () => {
      expect(attemptsOf(program).attempts).to.match(
        /a test tried to reach (203\.0\.113\.7|example\.invalid)/,
      );
    });

  it('reaches this machine', () => {
    expect(attemptsOf(LOCAL)).to.deep.equal({ status: 0, attempts: '' });
  });
});
