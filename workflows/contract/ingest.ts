import type { SealedIngest } from '../../activities/ingest/activities.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import type { Hold } from './messages.js';

/** Input of `ingestUniverse`: the run's configuration, its symbols, and the number of batches they are read in. */
export interface IngestRequest {
  readonly config: RunConfig;
  readonly symbols: FileRef;
  readonly batches: number;
  /** Symbols whose bars are read again; absent: all. The bars of the others are kept from an earlier run. */
  readonly reread?: FileRef;
  /** Set by the ingest itself when it continues as new. */
  readonly carried?: CarriedIngest;
}

/** What an ingest carries over a continue-as-new, between two batches. Plain JSON. */
export interface CarriedIngest {
  readonly version: 1;
  /** First batch that is not read; all earlier ones are. */
  readonly batch: number;
  readonly hold: Hold;
  /** Only with a provider: when fetching started (ISO), its totals so far, and what it waits for. */
  readonly fetching?: {
    readonly since: string;
    readonly totals: FetchTotals;
    readonly trouble?: ProviderTrouble;
  };
}

/** Result of an ingest: the sealed bars and, with a provider, the totals of fetching them. */
export type Ingested = SealedIngest & { readonly fetched?: FetchTotals };

/** Calls made, and bars added and revised by them. */
export interface FetchTotals {
  readonly calls: number;
  readonly added: number;
  readonly revised: number;
}

/** Why a provider gives no bars, as it is carried over a continue-as-new. Plain JSON. */
export interface ProviderTrouble {
  /** The login has expired, or the provider does not answer. */
  readonly kind: 'session' | 'down';
  /** Waited so far. */
  readonly waitedMs: number;
  /** How long the next wait for an answer is. */
  readonly nextMs: number;
}
