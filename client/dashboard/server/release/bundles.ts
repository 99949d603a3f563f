import path from 'node:path';

import { InvalidInputError } from '../../../../data/errors.js';
import { championIn } from '../../../../data/decisions/current-champion.js';
import { readDecisions } from '../../../../data/decisions/decisions.js';
import { shadowIn } from '../../../../data/decisions/champion-state.js';
import type { Briefing } from '../../../../data/schemas/briefing.js';
import { briefingSchema } from '../../../../data/schemas/briefing.js';
import type { BundleManifest } from '../../../../data/schemas/bundle.js';
import { manifestSchema, runRecordSchema } from '../../../../data/schemas/bundle.js';
import type { Decision } from '../../../../data/schemas/decision.js';
import { RUN_ID_PATTERN } from '../../../../data/schemas/run-choices.js';
import { readJson } from '../../../../data/store/files.js';
import type { Home } from '../../../../data/store/home.js';
import { bundleFolder, listFolders } from '../../../../data/store/stored-files.js';
import type { BundleLine, Verification } from '../../contract/release.js';

const PREFIX = 'audit_';

/** The bundles of a home, newest first; a damaged one is listed with what can be read of it. */
export async function listBundles(
  home: Home,
  verificationOf: (runId: string, digest: string) => Verification | null,
): Promise<BundleLine[]> {
  const names = (await listFolders(home, home.bundles()).catch(() => [])).filter((name) =>
    name.startsWith(PREFIX),
  );
  const runs = names.map((name) => name.slice(PREFIX.length)).filter((run) => RUN_ID_PATTERN.test(run));
  // A log that does not verify is shown as such beside the champion.
  const decisions = await readDecisions(home).catch((): readonly Decision[] => []);
  const champion = championIn(decisions)?.bundleDigest;
  const shadow = shadowIn(decisions)?.bundleDigest;
  const lines = await Promise.all(
    runs.map(async (runId): Promise<BundleLine[]> => {
      const folder = await bundleFolder(home, runId);
      const manifest = await readManifest(folder);
      if (manifest === undefined) return [];
      const { digest } = manifest;
      const record = await readJson(path.join(folder, 'run.json'), runRecordSchema).catch(() => undefined);
      const briefing = await briefingOf(folder);
      return [
        {
          ...{ runId, digest },
          auditedAt: record?.auditedAt ?? null,
          author: record?.author ?? null,
          recommendation: briefing?.recommendation ?? null,
          decision: decisions.findLast(({ bundleDigest }) => bundleDigest === digest)?.verdict ?? null,
          isChampion: digest === champion,
          isShadow: digest === shadow,
          verification: verificationOf(runId, digest),
        },
      ];
    }),
  );
  return lines.flat().sort((a, b) => ((a.auditedAt ?? '') < (b.auditedAt ?? '') ? 1 : -1));
}

/** @throws InvalidInputError when the run has no bundle. */
export async function readBundleHead(
  home: Home,
  runId: string,
): Promise<{ readonly folder: string; readonly manifest: BundleManifest; readonly briefing: Briefing }> {
  const folder = await bundleFolder(home, runId);
  const manifest = await readManifest(folder);
  const briefing = await briefingOf(folder);
  if (manifest === undefined || briefing === undefined)
    throw new InvalidInputError([`run ${runId} has no bundle that can be read`]);
  return { folder, manifest, briefing };
}

async function readManifest(folder: string): Promise<BundleManifest | undefined> {
  return readJson(path.join(folder, 'manifest.json'), manifestSchema).catch(() => undefined);
}

async function briefingOf(folder: string): Promise<Briefing | undefined> {
  return readJson(path.join(folder, 'promotion_briefing.json'), briefingSchema).catch(() => undefined);
}
