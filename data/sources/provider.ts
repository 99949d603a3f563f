import type { BarSeries } from '../bars/series.js';
import type { DayRange } from '../schemas/day-range.js';
import type { ProviderResponse } from '../schemas/provider-log.js';
import type { Interval } from '../schemas/run-choices.js';
import type { UniverseMember } from '../schemas/universe.js';
import type { QuotaLimits } from './quota-limits.js';

/** Sources that are called over the network, under a quota. */
export const PROVIDERS = ['breeze', 'yahoo'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

export function isProvider(source: string): source is ProviderName {
  return PROVIDERS.some((name) => name === source);
}

/** A request for bars from a provider. */
export interface BarRequest {
  readonly symbol: string;
  /** The provider's code of the symbol. */
  readonly code: string;
  readonly interval: Interval;
  readonly range: DayRange;
}

/** The result of one call: the fields that {@link ProviderResponse} records, and the bars. */
export interface ProviderReply extends Pick<
  ProviderResponse,
  'outcome' | 'status' | 'sha256' | 'bytes' | 'rows' | 'message' | 'doubtful'
> {
  /** Inside the range, each once, in ascending time; null unless the outcome is `bars`. */
  readonly bars: BarSeries | null;
  /** The limit that the provider says is reached, if the outcome is `limited`. */
  readonly limit?: 'span' | 'day';
}

/** The calls that may be made under a lease. */
export interface CallBudget {
  /** Takes one call from the lease; false if none is left or the lease has expired. */
  readonly spend: () => boolean;
  readonly signal: AbortSignal;
}

/** How requests to a provider have to be made. */
export interface RequestRule {
  /** Maximum number of sessions per request, so that a truncated response is always noticed. */
  readonly sessions: Readonly<Record<Interval, number>>;
  /**
   * True for a provider that restates the whole history when a share is split: the whole range is always requested
   * at once, since responses of different days could mix prices before and after the split.
   */
  readonly whole: boolean;
}

/** A source of bars behind HTTP. It implements one protocol; it neither stores bars nor retries calls. */
export interface BarProvider {
  readonly name: ProviderName;
  readonly limits: QuotaLimits;
  readonly rule: RequestRule;
  /** The provider's code of a symbol, or why it is unknown. */
  codeOf(member: UniverseMember): { readonly code: string } | { readonly problem: string };
  /**
   * Logs in if that is needed and not done yet. Its calls are taken from the budget.
   *
   * @returns Undefined if calls can be made now; otherwise the reason why not.
   * @throws InvalidInputError for missing or invalid credentials, if there was no successful login before.
   */
  login(budget: CallBudget): Promise<ProviderReply | undefined>;
  /** Makes one call, which the caller has taken from the budget. Never throws: errors are in the reply. */
  fetch(request: BarRequest, signal: AbortSignal): Promise<ProviderReply>;
}
