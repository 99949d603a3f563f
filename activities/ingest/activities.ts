import type { FileRef } from '../../data/schemas/file-ref.js';
import type { SeriesRecord } from '../../data/schemas/ingest.js';
import type { RunConfig } from '../../data/schemas/run-input.js';

/** What the workflow learns of an ingest. */
export interface SealedIngest {
  /** The run's IngestManifest. */
  readonly ref: FileRef;
  readonly symbols: number;
  /** Digest over all series. */
  readonly digest: string;
  readonly statuses: Partial<Record<SeriesRecord['status'], number>>;
}

/** Activities of the step ingest, on queue io. */
export interface IngestActivities {
  /**
   * Reads one batch of symbols from the source into the bar store; heartbeats a symbol.
   *
   * @param request `symbols`: JSON array of all symbols; batch `batch` of `batches` takes its equal,
   * consecutive share. `reread`: JSON array of those whose bars are read again; the others keep what an
   * earlier execution of the run found, where it did.
   */
  ingestSymbols(request: {
    readonly config: RunConfig;
    readonly symbols: FileRef;
    readonly batch: number;
    readonly batches: number;
    readonly reread?: FileRef;
  }): Promise<{ readonly symbols: number }>;
  /** Joins the records of all batches in `ingest.json` and refuses symbols that hold the same company; heartbeats a symbol. */
  sealIngest(request: { readonly config: RunConfig; readonly batches: number }): Promise<SealedIngest>;
}
