import type { BarSeries } from '../bars/series.js';
import type { Answer, DayRange } from '../schemas/answer.js';
import type { Interval } from '../schemas/run-choices.js';
import type { UniverseMember } from '../schemas/universe.js';
import type { QuotaLimits } from './quota-limits.js';

/** Sources that are asked over the network, under a quota. */
export const PROVIDERS = ['breeze', 'yahoo'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

export function isProvider(source: string): source is ProviderName {
  return PROVIDERS.some((name) => name === source);
}

/** One question to a provider. */
export interface BarRequest {
  readonly symbol: string;
  /** What the provider calls it. */
  readonly code: string;
  readonly interval: Interval;
  readonly range: DayRange;
}

/** What came of one call: what {@link Answer} records of it, and the bars. */
export interface ProviderReply extends Pick<
  Answer,
  'outcome' | 'status' | 'sha256' | 'bytes' | 'rows' | 'message'
> {
  /** Inside the range, each once, in rising time; null unless the outcome is `bars`. */
  readonly bars: BarSeries | null;
  /** Which of the provider's limits it says is reached, where the outcome is `limited`. */
  readonly limit?: 'span' | 'day';
}

/** What a call may use. */
export interface CallBudget {
  /** Takes one call off the lease; false when there is none left or its time is over. */
  readonly spend: () => boolean;
  readonly signal: AbortSignal;
}

/** How a provider's answers have to be asked for. */
export interface AnswerRule {
  /** Sessions that one call may ask for, so that no answer can be cut without being noticed. */
  readonly sessions: Readonly<Record<Interval, number>>;
  /**
   * A provider that restates its whole history when a share is split: always asked for all of it at once.
   * A series put together from answers of different days would be a mixture.
   */
  readonly whole: boolean;
}

/** A source of bars behind HTTP: knows one protocol, and neither stores nor repeats anything. */
export interface BarProvider {
  readonly name: ProviderName;
  readonly limits: QuotaLimits;
  readonly rule: AnswerRule;
  /** What the provider calls a symbol; or why that is not known. */
  codeOf(member: UniverseMember): { readonly code: string } | { readonly problem: string };
  /**
   * Logs in where that is needed and not done yet, with calls of the budget.
   *
   * @returns Undefined when calls may be made; otherwise why not.
   * @throws InvalidInputError for missing or unusable credentials, where it was never logged in.
   */
  login(budget: CallBudget): Promise<ProviderReply | undefined>;
  /** Makes one call, which the caller has taken off the budget. Whatever goes wrong is in the reply. */
  fetch(request: BarRequest, signal: AbortSignal): Promise<ProviderReply>;
}
