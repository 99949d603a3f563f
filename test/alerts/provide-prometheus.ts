import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';

import { cacheRoot, inTemporaryFolder, prepareCache } from '../../scripts/shared/cache.mjs';
import { onPath, run } from '../../scripts/shared/command.mjs';

/** Prometheus and its tool. */
export interface PrometheusPrograms {
  readonly prometheus: string;
  readonly promtool: string;
}

const DOWNLOAD_MS = 5 * 60_000;

/**
 * Prometheus from PATH, the project's cache, or Debian's package, which is unpacked into the cache and not installed.
 *
 * @returns Why there is none, where there is none.
 */
export async function providePrometheus(): Promise<PrometheusPrograms | string> {
  const [prometheus, promtool] = [onPath('prometheus'), onPath('promtool')];
  if (prometheus !== undefined && promtool !== undefined) return { prometheus, promtool };
  const cache = cacheRoot();
  const place = path.join(cache, 'prometheus');
  const cached = programsIn(place);
  if (existsSync(cached.prometheus)) return cached;
  if (onPath('apt-get') === undefined || onPath('dpkg') === undefined)
    return 'no Prometheus: install it, so that `prometheus` and `promtool` are on PATH';
  prepareCache(cache);
  return inTemporaryFolder(cache, async (folder) => {
    const unpacked = path.join(folder, 'unpacked');
    mkdirSync(unpacked);
    const wrong = (await fetchPackage(folder)) ?? (await unpack(folder, unpacked));
    if (wrong !== undefined) return `no Prometheus: ${wrong}`;
    // Another test may have put it there meanwhile.
    if (!existsSync(place)) renameSync(unpacked, place);
    return cached;
  });
}

function programsIn(folder: string): PrometheusPrograms {
  const bin = path.join(folder, 'usr', 'bin');
  return { prometheus: path.join(bin, 'prometheus'), promtool: path.join(bin, 'promtool') };
}

async function fetchPackage(folder: string): Promise<string | undefined> {
  const download = async (): ReturnType<typeof run> =>
    run('apt-get', ['download', 'prometheus'], { cwd: folder, timeoutMs: DOWNLOAD_MS });
  if ((await download()).ok) return undefined;
  // A fresh machine has no lists of packages.
  await run('apt-get', ['update', '-qq'], { timeoutMs: DOWNLOAD_MS });
  const { ok, output } = await download();
  return ok ? undefined : `apt-get download prometheus: ${output}`;
}

async function unpack(folder: string, into: string): Promise<string | undefined> {
  const { ok, output } = await run('sh', ['-c', 'dpkg -x prometheus_*.deb "$0"', into], { cwd: folder });
  return ok ? undefined : `dpkg -x: ${output}`;
}
