import { existsSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';

import { cacheRoot, inTemporaryFolder, prepareCache } from '../../scripts/shared/cache.mjs';
import { onPath, run } from '../../scripts/shared/command.mjs';

/** A few hundred packages are compiled. */
const BUILD_MS = 30 * 60_000;
const DEBIAN = '/usr/lib/postgresql';

/** A program that Go builds, from PATH or the project's cache. */
interface GoProgram {
  readonly name: string;
  readonly module: string;
  readonly version: string;
  /** As Go names it. */
  readonly built: string;
}

const VERSITYGW: GoProgram = {
  ...{ name: 'versitygw', built: 'versitygw', version: '1.8.0' },
  module: 'github.com/versity/versitygw/cmd/versitygw',
};
const TEMPORAL_SERVER: GoProgram = {
  ...{ name: 'temporal-server', built: 'server', version: '1.29.1' },
  module: 'go.temporal.io/server/cmd/server',
};
const SQL_TOOL: GoProgram = {
  ...{ name: 'temporal-sql-tool', built: 'sql', version: '1.29.1' },
  module: 'go.temporal.io/server/cmd/tools/sql',
};
const MOTO = '5.2.5';

/** Versity's S3 gateway. */
export const provideVersitygw = async (): Promise<string> => provided(VERSITYGW);

/** Temporal's server, as a cluster runs it. */
export const provideTemporalServer = async (): Promise<string> => provided(TEMPORAL_SERVER);

/** Temporal's tool for databases. */
export const provideSqlTool = async (): Promise<string> => provided(SQL_TOOL);

/**
 * Moto, a server for tests of programs that use AWS, from PATH or the project's cache.
 *
 * @throws Error that says why there is none.
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

/** The folder of PostgreSQL's programs: of PATH, or of Debian's package. @throws Error that says how to get it. */
export function findPostgres(): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const debian = versions
    .map((version) => path.join(DEBIAN, version, 'bin'))
    .find((bin) => existsSync(path.join(bin, 'initdb')));
  const there = onPath('initdb');
  const found = debian ?? (there === undefined ? undefined : path.dirname(there));
  if (found === undefined) throw new Error('no PostgreSQL: install it (apt-get install postgresql)');
  return found;
}

async function provided({ name, module, version, built }: GoProgram): Promise<string> {
  const there = onPath(name);
  if (there !== undefined) return there;
  const cache = cacheRoot();
  const place = path.join(cache, `${name}-${version}`);
  const file = path.join(place, built);
  if (existsSync(file)) return file;
  prepareCache(cache);
  return inTemporaryFolder(cache, async (folder) => {
    const own = path.join(folder, 'built');
    const { ok, output } = await run(
      onPath('go') ?? '/usr/local/go/bin/go',
      ['install', `${module}@v${version}`],
      {
        env: { ...process.env, GOBIN: own, GOFLAGS: '-p=2' },
        timeoutMs: BUILD_MS,
      },
    );
    if (!ok) throw new Error(`no ${name}: ${output}`);
    // Another test may have put it there meanwhile.
    if (!existsSync(place)) renameSync(own, place);
    return file;
  });
}
