import type { SealedIngest } from '../../activities/ingest/activities.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import type { Hold } from './messages.js';

/** What an `ingestUniverse` is given: the run's configuration, its symbols, and the batches in which they are read. */
export interface IngestRequest {
  readonly config: RunConfig;
  readonly symbols: FileRef;
  readonly batches: number;
  /** Symbols whose bars are read again, where an earlier execution has read the others. */
  readonly reread?: FileRef;
  /** Set by the ingest itself when it continues as new. */
  readonly carried?: CarriedIngest;
}

/** What an ingest hands to its own next execution, between two batches. Plain JSON. */
export interface CarriedIngest {
  readonly version: 1;
  /** First batch that is not read; all before it are. */
  readonly batch: number;
  readonly hold: Hold;
  /** Where bars are fetched from a provider: when that began, ISO, what it took, and what is waited for. */
  readonly fetching?: {
    readonly since: string;
    readonly totals: FetchTotals;
    readonly trouble?: ProviderTrouble;
  };
}

/** The bars in the store, and what fetching them took where they come from a provider. */
export type Ingested = SealedIngest & { readonly fetched?: FetchTotals };

/** What an ingest has fetched so far. */
export interface FetchTotals {
  readonly calls: number;
  readonly added: number;
  readonly revised: number;
}

/** A provider from which nothing comes, as an ingest hands it to its own next execution. Plain JSON. */
export interface ProviderTrouble {
  /** Its login has ended, or it does not answer. */
  readonly kind: 'session' | 'down';
  /** Waited for it so far. */
  readonly waitedMs: number;
  /** How long to wait for an answer the next time. */
  readonly nextMs: number;
}
