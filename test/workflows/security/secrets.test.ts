import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Client, Connection, WorkflowFailedError } from '@temporalio/client';
import type { Payload, PayloadCodec } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { expect } from 'chai';
import { z } from 'zod';

import type { RunInputDraft } from '../../../data/schemas/run-input.js';
import { Home } from '../../../data/store/home.js';
import { ABOVE_FAILURE_THRESHOLD, workflowIds } from '../../../workflows/contract/messages.js';
import { trainUniverse } from '../../../workflows/train-universe.js';
import { workflowBundle } from '../../../workers/workflow-bundle.js';
import { dataConverter } from '../../../temporal-config/data-converter.js';
import type { GurukulProcess } from '../../client/support/gurukul-process.js';
import { gurukul, startGurukul } from '../../client/support/gurukul-process.js';
import { listeningOf } from '../../support/listening.js';
import { quietRuntime } from '../../support/quiet-runtime.js';
import { replayThrough } from '../../support/temporal-rig.js';

const secret = (name: string): string => `${name}-${randomBytes(12).toString('hex')}`;
const upLine = z.object({ address: z.string(), uiUrl: z.string(), pid: z.int() });

interface Histories {
  readonly raw: string;
  readonly clear: string;
  readonly count: number;
}

/**
 * One stack as a user runs it, with secrets in its environment and config, encryption on, and three runs:
 * one that succeeds, one that is refused and one above its failure threshold, whose messages quote secrets.
 */
describe('a stack with secrets, encryption and runs that fail', function () {
  this.timeout(600_000);
  const secrets = {
    BREEZE_API_KEY: secret('breeze'),
    BREEZE_API_SESSION: secret('session'),
    TEMPORAL_GRPC_META_AUTH_EXTRA: secret('meta'),
    AWS_SECRET_ACCESS_KEY: secret('cloud'),
  };
  const profileKey = secret('profile');
  const payloadKey = randomBytes(32).toString('base64');
  let folder: string;
  let home: Home;
  let env: NodeJS.ProcessEnv;
  let up: GurukulProcess;
  let started: z.output<typeof upLine>;
  let plain: Connection;
  let said = '';
  let histories: Histories;

  before(async () => {
    quietRuntime();
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-secrets-'));
    home = new Home(path.join(folder, 'home'));
    const profiles = path.join(folder, 'temporal.toml');
    writeFileSync(profiles, `[profile.cluster]\napi_key = "${profileKey}"\n`, { mode: 0o600 });
    env = {
      ...secrets,
      GURUKUL_HOME: home.root,
      GURUKUL_LOG_LEVEL: 'debug',
      GURUKUL_ENCRYPTION_KEYS: `test:${payloadKey}`,
      TEMPORAL_CONFIG_FILE: profiles,
      TEMPORAL_PROFILE: 'cluster',
    };
    up = startGurukul(['up', '--accelerator', 'cpu', '--json'], { cwd: folder, env });
    started = await new Promise((resolve, reject) => {
      if (up.child.stdout !== null)
        createInterface({ input: up.child.stdout }).once('line', (line) =>
          resolve(upLine.parse(JSON.parse(line))),
        );
      void up.ended.then(({ stderr }) => reject(new Error(stderr)));
    });
    plain = await Connection.connect({ address: started.address });
    await runAll();
    histories = await readHistories();
  });
  after(async () => {
    up.child.kill('SIGINT');
    await up.ended;
    rmSync(folder, { recursive: true });
  });

  async function runAll(): Promise<void> {
    const good = await gurukul(
      [
        'run',
        '--run-id',
        'good',
        '--symbols',
        'RELIANCE,TCS,INFY',
        '--from',
        '2022-01-01',
        '--to',
        '2022-06-30',
        '--json',
      ],
      { cwd: folder, env },
    );
    expect(good.status, good.stderr).to.equal(0);
    said += good.stdout + good.stderr;
    // Whoever pastes a key into the wrong place reads it again in messages about that place.
    for (const bars of ['refused', 'partly']) {
      mkdirSync(path.join(folder, bars));
      const cell = bars === 'refused' ? secrets.BREEZE_API_KEY : profileKey;
      writeBars(path.join(folder, bars, 'RELIANCE.csv'), cell);
    }
    writeBars(path.join(folder, 'partly', 'TCS.csv'), '101');
    const client = new Client({ connection: plain, dataConverter: dataConverter(env) ?? {} });
    for (const [runId, bars] of [
      ['refused', 'refused'],
      ['partly', 'partly'],
    ] as const) {
      const symbols = bars === 'partly' ? ['RELIANCE', 'TCS'] : ['RELIANCE'];
      const input: RunInputDraft = {
        source: 'csv',
        bars: path.join(folder, bars),
        symbols,
        to: '2022-12-31',
        runId,
      };
      const failure = await client.workflow
        .execute(trainUniverse, { workflowId: workflowIds.run(runId), taskQueue: 'meta', args: [input] })
        .then(
          () => undefined,
          (error: unknown) => error,
        );
      expect(failure).to.be.instanceOf(WorkflowFailedError);
      expect(failure).to.have.nested.property(
        'cause.type',
        bars === 'refused' ? 'InvalidInput' : ABOVE_FAILURE_THRESHOLD,
      );
      const { stdout, stderr } = await gurukul(['status', runId], { cwd: folder, env });
      said += stdout + stderr;
      const refusal = await gurukul(['approve', runId, '--by', 'Asha', '--reason', 'why not'], {
        cwd: folder,
        env,
      });
      expect(refusal.status, refusal.stderr).to.equal(2);
      expect(refusal.stderr).to.include(`error: the decision on run ${runId}: `).and.not.include('Encoded');
      said += refusal.stdout + refusal.stderr;
      if (bars === 'refused') expect(stdout).to.match(/close is \[secret\], not a number/);
    }
  }

  function writeBars(file: string, close: string): void {
    writeFileSync(file, `timestamp,open,high,low,close,volume\n2022-01-03,1,1,1,${close},1\n`);
  }

  /** All histories as the server gives them, and with every payload decrypted; each is replayed. */
  async function readHistories(): Promise<Histories> {
    const client = new Client({ connection: plain });
    const converter = dataConverter(env) ?? {};
    const codec = converter.payloadCodecs?.[0];
    if (codec === undefined) throw new Error('no codec');
    let [raw, clear] = ['', ''];
    const fetched: { readonly workflowId: string; readonly history: History }[] = [];
    for await (const { workflowId, runId } of client.workflow.list()) {
      const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      const json = historyToJSON(history);
      raw += json + textOfPayloads(json);
      clear += await decrypted(JSON.parse(json), codec);
      fetched.push({ workflowId, history });
    }
    const workflowBundleOption = await workflowBundle({ encodesFailures: true });
    const count = await replayThrough(
      { workflowBundle: workflowBundleOption, dataConverter: converter },
      fetched,
    );
    return { raw, clear, count };
  }

  it('shows its secrets nowhere: histories, logs, telemetry, models, bundles, database, terminal', () => {
    const { raw, clear, count } = histories;
    expect(count).to.be.greaterThan(4);
    const signingKey = readFileSync(home.signingKey(), 'utf8').split('\n')[1] ?? '';
    expect(signingKey).to.have.length.greaterThan(40);
    const places = new Map([
      ['histories', raw],
      ['decrypted histories', clear],
      ['the terminal', said],
      ...filesBelow(home.root)
        .filter((file) => file !== home.signingKey())
        .map((file) => [path.relative(home.root, file), readFileSync(file, 'latin1')] as const),
    ]);
    for (const folderOfFiles of ['logs/', 'telemetry/', 'models/good/', 'release/audit_good/', 'temporal/'])
      expect(
        [...places.keys()].some((place) => place.startsWith(folderOfFiles)),
        folderOfFiles,
      ).to.equal(true);
    const planted = { ...secrets, profileKey, payloadKey, signingKey };
    for (const [name, value] of Object.entries(planted))
      for (const [place, text] of places) {
        const forms = [value, Buffer.from(value).toString('base64').slice(0, -4)];
        for (const form of forms) if (text.includes(form)) expect.fail(`${name} is found in ${place}`);
      }
    // The messages themselves are there, without the secret.
    expect(clear).to.match(/close is \[secret\], not a number/);
  });

  it('keeps input, results, summaries and messages of failures out of readable histories', () => {
    const { raw, clear } = histories;
    for (const word of [
      'RELIANCE',
      'not a number',
      'live prior',
      'windows failed',
      'synthetic',
      'logLoss',
      'stack_trace',
    ])
      if (raw.includes(word)) expect.fail(`"${word}" can be read`);
    for (const word of ['RELIANCE', 'not a number', 'windows failed', 'synthetic', 'stack_trace'])
      expect(clear, 'decrypted').to.include(word);
  });

  it('listens on loopback alone', function () {
    if (process.platform !== 'linux') this.skip();
    const addresses = listeningOf(started.pid);
    for (const one of [started.address, new URL(started.uiUrl).host]) expect(addresses).to.include(one);
    expect(
      addresses.filter(
        (address) => !/^(?:127\.0\.0\.1|\[0000:0000:0000:0000:0000:0000:0000:0001\]):/.test(address),
      ),
    ).to.deep.equal([]);
  });

  it('keeps its keys to their owner', () => {
    expect(statSync(home.signingKey()).mode & 0o077).to.equal(0);
    expect(statSync(path.dirname(home.signingKey())).mode & 0o077).to.equal(0);
  });
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** What the base64 of a history's payloads says. */
function textOfPayloads(json: string): string {
  return [...json.matchAll(/"data":"([^"]*)"/g)]
    .map(([, data = '']) => Buffer.from(data, 'base64').toString('latin1'))
    .join('\n');
}

const payloadJson = z.looseObject({ metadata: z.record(z.string(), z.string()), data: z.string() });

/** The text of every payload in a history, decrypted. */
async function decrypted(json: unknown, codec: PayloadCodec): Promise<string> {
  const found = payloadJson.safeParse(json);
  if (found.success) {
    const metadata = Object.fromEntries(
      Object.entries(found.data.metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
    );
    const payload: Payload = { metadata, data: Buffer.from(found.data.data, 'base64') };
    const [clear] = await codec.decode([payload]);
    return `${Buffer.from(clear?.data ?? []).toString('utf8')}\n`;
  }
  if (typeof json !== 'object' || json === null) return '';
  const texts = await Promise.all(Object.values(json).map(async (value) => decrypted(value, codec)));
  return texts.join('');
}
