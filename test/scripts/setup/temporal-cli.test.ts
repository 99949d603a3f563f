import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { SetupProblem } from '../../../scripts/shared/problem.mjs';
import {
  cachedCliPath,
  findTemporalCli,
  temporalCliCandidates,
} from '../../../scripts/setup/temporal-cli/provide.mjs';
import { rejection } from '../../support/rejection.js';

const WORKS = `case "$1" in --version) echo 'temporal version 9.9.9 (Server 9)';; *) echo '--db-filename --search-attribute';; esac`;
const TOO_OLD = `case "$1" in --version) echo 'temporal version 0.1.0';; *) echo 'unknown command' >&2; exit 1;; esac`;

describe('looking for the Temporal CLI', () => {
  let folder: string;
  let cache: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-cli-'));
    cache = path.join(folder, 'cache');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const program = (file: string, script: string): string => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  };
  const env = (extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
    PATH: path.join(folder, 'bin'),
    ...extra,
  });

  it('looks at PATH before the cache', async () => {
    const cached = program(cachedCliPath(cache), WORKS);
    expect((await findTemporalCli(cache, env()))?.path).to.equal(cached);
    const onPath = program(path.join(folder, 'bin', 'temporal'), WORKS);
    expect(await findTemporalCli(cache, env())).to.deep.equal({
      path: onPath,
      source: 'PATH',
      version: 'temporal version 9.9.9 (Server 9)',
    });
  });

  it('skips one without the development server', async () => {
    program(path.join(folder, 'bin', 'temporal'), TOO_OLD);
    expect(await findTemporalCli(cache, env())).to.equal(undefined);
    const cached = program(cachedCliPath(cache), WORKS);
    expect((await findTemporalCli(cache, env()))?.path).to.equal(cached);
  });

  it('tries nothing but TEMPORAL_CLI_PATH where that is set', async () => {
    program(path.join(folder, 'bin', 'temporal'), WORKS);
    const named = path.join(folder, 'mine');
    expect(
      temporalCliCandidates(cache, env({ TEMPORAL_CLI_PATH: named })).map(({ path: file }) => file),
    ).to.deep.equal([named]);
    const missing = await rejection(findTemporalCli(cache, env({ TEMPORAL_CLI_PATH: named })), SetupProblem);
    expect(missing.message).to.include(named);
    program(named, WORKS);
    expect((await findTemporalCli(cache, env({ TEMPORAL_CLI_PATH: named })))?.source).to.equal(
      'TEMPORAL_CLI_PATH',
    );
  });

  it('is no error when there is none', async () => {
    expect(await findTemporalCli(cache, env())).to.equal(undefined);
  });
});
