import type { FeatureImportance } from '../../data/schemas/features.js';
import { featureImportanceSchema } from '../../data/schemas/features.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import { canonicalJson } from '../../data/store/digests.js';
import { readJsonRef, writeRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { unitManifestSchema } from '../../data/store/units.js';
import { heartbeat } from '../heartbeat.js';

/** Feature importance of all teachers in one file. @param shards Manifests of their shards. */
export async function joinImportance(home: Home, shards: readonly FileRef[], file: string): Promise<FileRef> {
  let features: readonly string[] = [];
  const windows: FeatureImportance['windows'] = [];
  for (const manifest of shards) {
    heartbeat(manifest.uri);
    const { outputs } = await readJsonRef(home, manifest, unitManifestSchema);
    // A shard without validation rows has no importance.
    if (outputs['importance'] === undefined) continue;
    const part = await readJsonRef(home, outputs['importance'], featureImportanceSchema);
    features = part.features;
    windows.push(...part.windows);
  }
  windows.sort((a, b) => (a.window < b.window ? -1 : 1));
  return writeRef(home, file, `${canonicalJson({ features, windows })}\n`, windows.length);
}
