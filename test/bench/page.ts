import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

import type { Locator, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { z } from 'zod';

import { GurukulError, InvalidInputError } from '../../data/errors.js';
import { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { recordEvent } from '../../data/telemetry/telemetry.js';
import { findBrowser } from '../browser/web-ui.js';
import { runProgram } from '../support/program.js';
import { leaveLargeRun } from './page-home.js';

/**
 * `npm run bench:page`: how fast the page shows a run of 10,000 windows and 1,000,000 lines of telemetry, how soon an
 * event is on the screen, and what server and page hold in memory.
 */

const RUN = 'large';
const EVENTS = 20;
const VIEWS = 5;
const LIMIT_MS = 1_000;
const listening = z.object({ url: z.string(), pid: z.number() });

interface Figures {
  readonly firstViewMs10k: number;
  readonly eventToScreenMs: number;
  readonly serverRssMb: number;
  readonly pageHeapMb: number;
  readonly lines: number;
}

await runProgram(async () => {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      windows: { type: 'string', default: '10000' },
      lines: { type: 'string', default: '1000000' },
    },
  });
  const [windows, lines] = [wholeNumber('windows', values.windows), wholeNumber('lines', values.lines)];
  const browser = findBrowser();
  if (browser === undefined)
    throw new GurukulError('StoreUnavailable', 'no Chromium found; install it or set CHROMIUM_PATH');
  const home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-bench-page-')));
  try {
    await leaveLargeRun(home, { runId: RUN, windows, lines });
    const figures = await measure(home, browser, lines);
    for (const [name, value] of Object.entries(figures))
      process.stderr.write(`${name.padEnd(16)} ${value}\n`);
    const within = figures.firstViewMs10k < LIMIT_MS && figures.eventToScreenMs < LIMIT_MS;
    process.stderr.write(`limits: ${LIMIT_MS} ms each: ${within ? 'kept' : 'not kept'}\n`);
    if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
    if (!within) process.exitCode = 1;
  } finally {
    rmSync(home.root, { recursive: true });
  }
});

function wholeNumber(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidInputError([`--${flag}: must be a whole number from 1, not ${text}`]);
}

async function measure(home: Home, browser: string, lines: number): Promise<Figures> {
  const server = spawn(
    process.execPath,
    [path.join(packageRoot, 'dist', 'client-bundle', 'main.js'), 'dashboard', '--port', '0', '--json'],
    {
      // No Temporal server: what the page shows is what files have.
      env: { ...process.env, GURUKUL_HOME: home.root, TEMPORAL_ADDRESS: '127.0.0.1:1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const program = await chromium.launch({ executablePath: browser, args: ['--no-sandbox'] });
  try {
    const { url, pid } = await listeningOf(server);
    const page = await program.newPage();
    const views: number[] = [];
    for (let n = 0; n < VIEWS; n += 1) views.push(await viewMs(page, url));
    process.stderr.write(
      `views            ${views.map(Math.round).join(' ')} ms, the first one of a fresh server\n`,
    );
    const events: number[] = [];
    for (let n = 0; n < EVENTS; n += 1) events.push(await eventMs(page, home, n));
    // The server has counted all lines by then.
    await page
      .getByTestId('event-summary')
      .filter({ hasText: `${lines + EVENTS} events` })
      .waitFor({ timeout: 120_000 });
    return {
      // The first one of a server that has read nothing yet.
      firstViewMs10k: Math.round(views[0] ?? NaN),
      eventToScreenMs: Math.round(Math.max(...events)),
      serverRssMb: Math.round(residentMb(pid)),
      pageHeapMb: Math.round(await heapMb(page)),
      lines,
    };
  } finally {
    await program.close();
    server.kill('SIGTERM');
    await once(server, 'close');
  }
}

async function listeningOf(server: ChildProcess): Promise<z.output<typeof listening>> {
  if (server.stdout === null) throw new GurukulError('Bug', 'the dashboard has no output');
  for await (const line of createInterface(server.stdout)) return listening.parse(JSON.parse(line));
  throw new GurukulError('Bug', 'the dashboard ended before it listened');
}

/** Until the grid of windows is drawn and the run's newest event stands in the log. */
async function viewMs(page: Page, url: string): Promise<number> {
  await page.goto('about:blank');
  const begun = performance.now();
  await page.goto(`${url}/training?run=${RUN}`, { waitUntil: 'commit' });
  await page.getByRole('application', { name: /^Windows:/ }).waitFor();
  await logOf(page).locator('tbody td:nth-child(3)').first().waitFor();
  return performance.now() - begun;
}

/** Until an event that was written stands in the log. */
async function eventMs(page: Page, home: Home, n: number): Promise<number> {
  const begun = performance.now();
  recordEvent(home, RUN, { event: 'trials', id: `bench/${n}`, trials: 3, new: n });
  await logOf(page).getByText(`trials=3 new=${n}`, { exact: true }).waitFor();
  return performance.now() - begun;
}

function logOf(page: Page): Locator {
  return page.getByRole('region', { name: `Events of ${RUN}, newest first` });
}

/** Memory of a process that is its own and in use. */
function residentMb(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}

async function heapMb(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 1024 / 1024;
}
