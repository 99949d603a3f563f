import type { FileRef } from '../../data/schemas/file-ref.js';
import type { TrainingConfig } from '../../data/schemas/training-config.js';
import type { Arm, FeatureTable } from '../market/feature-table.js';

/** The feature table of a run's universe; the process that asks may share it with others. */
export type LoadTable = (
  of: { readonly ingest: FileRef; readonly config: TrainingConfig },
  arm: Arm,
) => Promise<FeatureTable>;
