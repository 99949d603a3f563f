import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { signingKey } from '../../data/signing/signing.js';
import { createPlanActivities } from '../../activities/plan/index.js';
import { GurukulError, InvalidInputError } from '../../data/errors.js';
import { registerSecret, secretsOf, maskSecrets } from '../../data/secrets/secrets.js';
import { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { recordEvent } from '../../data/telemetry/telemetry.js';
import { asFailure } from '../../workers/activity-failures.js';
import { rejection } from '../support/rejection.js';

const LOGGING = new URL('../../workers/logging.js', import.meta.url).href;

describe('secrets that a process knows', () => {
  let home: Home;
  const kept = `kept-${'k'.repeat(12)}"\\quoted`;
  before(() => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-masking-')));
    registerSecret(kept);
  });
  after(() => rmSync(home.root, { recursive: true }));

  it('are found in the environment by the names of variables', () => {
    const value = 'a-value-of-some-length';
    for (const name of [
      ...['TEMPORAL_API_KEY', 'TEMPORAL_TLS_CLIENT_KEY_DATA', 'TEMPORAL_CODEC_AUTH', 'BREEZE_API_SESSION'],
      ...['GURUKUL_ENCRYPTION_KEYS', 'AWS_SECRET_ACCESS_KEY', 'NPM_TOKEN', 'DB_PASSWORD'],
      ...['TEMPORAL_GRPC_META_X'],
    ])
      expect(secretsOf({ [name]: value }), name).to.include(value);
    for (const name of [
      ...['TEMPORAL_TLS_CLIENT_KEY_PATH', 'GURUKUL_ENCRYPTION_KEYS_FILE', 'SSH_AUTH_SOCK', 'PATH', 'HOME'],
      ...['TEMPORAL_ADDRESS', 'GURUKUL_HOME', 'GURUKUL_BREEZE_CREDENTIALS', 'MONKEY', 'AWS_ACCESS_KEY_ID'],
    ])
      expect(secretsOf({ [name]: value }), name).to.deep.equal([]);
    // A short value would match in ordinary text.
    expect(secretsOf({ API_KEY: '1day' })).to.deep.equal([]);
  });

  it('are masked whole, escaped as in JSON, and line by line', () => {
    const pem = '-----BEGIN KEY-----\nMIIEvQIBADANBgkq\n-----END KEY-----';
    registerSecret(pem);
    expect(maskSecrets(`a ${kept} b`)).to.equal('a [secret] b');
    expect(maskSecrets(JSON.stringify({ kept }))).to.equal('{"kept":"[secret]"}');
    expect(maskSecrets(`x ${pem}`)).to.equal('x [secret]');
    expect(maskSecrets('part: MIIEvQIBADANBgkq')).to.equal('part: [secret]');
    expect(maskSecrets('nothing to hide')).to.equal('nothing to hide');
  });

  it('are masked in failures, which go into workflow histories', () => {
    for (const error of [
      new GurukulError('ProviderDown', `GET /bars?key=${kept} failed`),
      new InvalidInputError([`key ${kept} is wrong`]),
      new Error(`a library quotes ${kept}`),
    ]) {
      const failure = asFailure(error);
      const all = `${failure.message} ${failure.stack ?? ''} ${JSON.stringify(failure)}`;
      expect(all).to.include('[secret]').and.not.include('kkkk');
    }
  });

  it('are masked in the telemetry', () => {
    recordEvent(home, 'run', { event: 'window_failed', id: 'x', detail: { why: `it said ${kept}` } });
    const line = readFileSync(home.telemetry('run'), 'utf8');
    expect(line).to.include('"why":"it said [secret]"').and.not.include('kkkk');
  });

  it('are masked in logs, anywhere in a line', () => {
    const secret = `log-${'s'.repeat(20)}`;
    const program = `import { createLogger } from ${JSON.stringify(LOGGING)};
      const log = createLogger({ role: 'x' });
      const cause = new Error('cause ' + process.env.SOME_API_KEY);
      log.error({ err: new Error('failed: ' + process.env.SOME_API_KEY, { cause }) }, 'it failed');
      log.info({ deep: { url: 'https://x?k=' + process.env.SOME_API_KEY } }, process.env.SOME_API_KEY);
      log.info({ profile: { apiKey: 'unknown-to-us' }, token: 'unknown-too' }, 'by name');`;
    const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      env: { PATH: process.env['PATH'], SOME_API_KEY: secret },
      encoding: 'utf8',
    });
    expect(status, stderr).to.equal(0);
    expect(stderr.trim().split('\n')).to.have.length(3);
    expect(stderr).to.include('[secret]').and.include('[Redacted]');
    for (const word of [secret, 'unknown-to-us', 'unknown-too']) expect(stderr).to.not.include(word);
  });

  it('must be readable by their owner only: a signing key that others can read is refused before training', async () => {
    const file = home.signingKey();
    await signingKey(file);
    for (const mode of [0o644, 0o660]) {
      chmodSync(file, mode);
      const remedy = `${file} contains secrets, but other users of this machine can read or change it (mode ${mode.toString(8)}). Run: chmod 600 ${file}`;
      expect((await rejection(signingKey(file), InvalidInputError)).problems).to.deep.equal([remedy]);
      const plan = createPlanActivities({
        home,
        packageRoot,
        pollers: () => Promise.resolve(0),
        now: Date.now,
      });
      const settling = plan.settleRun({ input: { symbols: ['TCS'] }, runId: 'run' });
      expect((await rejection(settling, InvalidInputError)).problems).to.deep.equal([remedy]);
    }
    chmodSync(file, 0o600);
    await signingKey(file);
  });
});
