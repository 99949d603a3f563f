import type { RunConfig } from '../../../data/schemas/run-input.js';
import type { QuotaLimits } from '../../../data/sources/quota-limits.js';
import type { Batch } from '../batch-symbols.js';

/** A batch of symbols whose bars a provider has. */
export interface FetchRequest extends Batch {
  readonly config: RunConfig;
  /** When the ingest began, ISO: what was found empty or failed before is tried again. */
  readonly since: string;
}

/** Calls that a fetch may make, and how they are told from others. */
export interface LeasedCalls {
  readonly id: string;
  readonly calls: number;
}

/** What a part of a fetch came to. */
export interface FetchedPart {
  /** Calls that were made under the lease, by whoever held it. */
  readonly used: number;
  /** Those of them that asked for bars; the others logged in. */
  readonly asked: number;
  /** Calls that are left to make, as far as is known now. */
  readonly left: number;
  readonly added: number;
  readonly revised: number;
  /**
   * What keeps more calls from being made: a limit of the provider's, a login that has ended, or a provider
   * that does not answer.
   */
  readonly blocked: 'span' | 'day' | 'session' | 'down' | null;
  /** Of what blocks, for a person. */
  readonly message: string | null;
}

/** Activities that ask providers for bars, on queue io. */
export interface FetchActivities {
  /** What is to be asked for, and how often the provider may be called. Calls nobody. */
  planFetch(request: FetchRequest): Promise<{ readonly left: number; readonly limits: QuotaLimits }>;
  /**
   * Makes at most the calls of a lease before it expires; whatever is answered is kept at once, so nothing
   * is lost whenever it is killed. Heartbeats all the time.
   */
  fetchSymbols(
    request: FetchRequest & {
      readonly lease: LeasedCalls & { readonly expiresAt: number };
      /** The provider did not answer the last time: one more call without an answer, and it is still down. */
      readonly probing?: boolean;
    },
  ): Promise<FetchedPart>;
  /**
   * Ends a lease whose worker is lost, which makes no call any more even if it is still there. Calls nobody.
   *
   * @returns How many of its calls were taken.
   */
  closeLease(request: {
    readonly config: Pick<RunConfig, 'source'>;
    readonly lease: LeasedCalls;
  }): Promise<{ readonly used: number }>;
}
