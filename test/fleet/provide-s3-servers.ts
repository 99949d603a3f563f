import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';

import { cacheRoot, inTemporaryFolder, prepareCache } from '../../scripts/shared/cache.mjs';
import { onPath, run } from '../../scripts/shared/command.mjs';

const VERSITYGW = '1.8.0';
const MOTO = '5.2.5';
/** It compiles a few hundred packages. */
const BUILD_MS = 20 * 60_000;

/**
 * Versity's S3 gateway from PATH or the project's cache, where Go builds it once.
 *
 * @returns The program. @throws Error that says why there is none.
 */
export async function provideVersitygw(): Promise<string> {
  const there = onPath('versitygw');
  if (there !== undefined) return there;
  const go = onPath('go') ?? '/usr/local/go/bin/go';
  return provided(`versitygw-${VERSITYGW}`, 'versitygw', async (folder) =>
    run(go, ['install', `github.com/versity/versitygw/cmd/versitygw@v${VERSITYGW}`], {
      env: { ...process.env, GOBIN: folder, GOFLAGS: '-p=2' },
      timeoutMs: BUILD_MS,
    }),
  );
}

/**
 * Moto, a server for tests of programs that use AWS, from PATH or the project's cache.
 *
 * @returns The program. @throws Error that says why there is none.
 */
export async function provideMoto(): Promise<string> {
  const there = onPath('moto_server');
  if (there !== undefined) return there;
  // The paths of a virtual environment are in its programs: it is made where it stays.
  const place = path.join(cacheRoot(), `moto-${MOTO}`);
  const program = path.join(place, 'bin', 'moto_server');
  if (existsSync(program)) return program;
  prepareCache(cacheRoot());
  for (const [file, args] of [
    ['python3', ['-m', 'venv', place]],
    [path.join(place, 'bin', 'pip'), ['install', '--quiet', `moto[s3,server]==${MOTO}`]],
  ] as const) {
    const { ok, output } = await run(file, args, { timeoutMs: BUILD_MS });
    if (!ok) throw new Error(`no moto: ${file} ${args.join(' ')}: ${output}`);
  }
  return program;
}

async function provided(
  name: string,
  program: string,
  build: (folder: string) => Promise<{ readonly ok: boolean; readonly output: string }>,
): Promise<string> {
  const cache = cacheRoot();
  const place = path.join(cache, name);
  const file = path.join(place, program);
  if (existsSync(file)) return file;
  prepareCache(cache);
  return inTemporaryFolder(cache, async (folder) => {
    const built = path.join(folder, 'built');
    const { ok, output } = await build(built);
    if (!ok) throw new Error(`no ${program}: ${output}`);
    // Another test may have put it there meanwhile.
    if (!existsSync(place)) renameSync(built, place);
    return file;
  });
}
