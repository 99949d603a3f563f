import type { Briefing } from '../../../data/schemas/briefing.js';
import type { ChampionReview } from '../../../data/schemas/champion-review.js';
import type { Decision } from '../../../data/schemas/decision.js';

/** What a verification in this process has found. */
export interface Verification {
  readonly result: 'running' | 'ok' | 'partly checked' | 'failed';
  /** ISO: when it ended; null while it runs. */
  readonly at: string | null;
  /** What was checked, or the first difference. */
  readonly says: readonly string[];
}

/** A bundle of the home. */
export interface BundleLine {
  readonly runId: string;
  readonly digest: string;
  readonly auditedAt: string | null;
  readonly author: string | null;
  readonly recommendation: Briefing['recommendation'] | null;
  /** The last decision about this digest. */
  readonly decision: string | null;
  readonly isChampion: boolean;
  readonly isShadow: boolean;
  /** Null: not verified since the dashboard was started. */
  readonly verification: Verification | null;
}

export interface BundlesAnswer {
  /** Newest first. */
  readonly bundles: readonly BundleLine[];
}

/** The champion, its shadow, and how they came to be. */
export interface ChampionAnswer {
  readonly champion:
    (ChampionLine & { readonly review: Pick<ChampionReview, 'opened' | 'fired'> | null }) | null;
  readonly shadow: (ShadowLine & { readonly sessions: number | null; readonly wanted: number }) | null;
  /** Every decision of the home, newest first. */
  readonly history: readonly Pick<
    Decision,
    'number' | 'run' | 'bundleDigest' | 'verdict' | 'by' | 'reason' | 'at' | 'override' | 'shadow' | 'author'
  >[];
  /** What came of the scores of champion and shadow. */
  readonly outcomes: readonly OutcomeLine[];
  /** Why the log cannot be read; null where it can. */
  readonly problem: string | null;
}

export interface ChampionLine {
  readonly run: string;
  readonly bundleDigest: string;
  readonly decision: number;
  readonly since: string;
  readonly by: string;
  readonly reason: string;
  readonly author: string | null;
  readonly override: NonNullable<Decision['override']> | null;
}

export interface ShadowLine {
  readonly run: string;
  readonly bundleDigest: string;
  readonly decision: number;
  readonly since: string;
  readonly by: string;
}

/** Scores of one model, joined with what came. */
export interface OutcomeLine {
  readonly role: 'champion' | 'shadow' | 'run';
  readonly run: string;
  readonly sessions: number;
  readonly rows: number;
  readonly logLoss: number | null;
  readonly baselineLogLoss: number | null;
  readonly ece: number | null;
  readonly neutralIc: {
    readonly mean: number | null;
    readonly low: number | null;
    readonly high: number | null;
  };
  readonly days: readonly {
    readonly date: string;
    readonly logLoss: number | null;
    readonly baselineLogLoss: number | null;
    readonly neutralIc: number | null;
  }[];
}

/** A briefing, and where each of its figures comes from. */
export interface BriefingAnswer {
  readonly runId: string;
  readonly briefing: Briefing;
  readonly provenance: ProvenanceAnswer;
}

/** From a figure to the files that it is computed from. */
export interface ProvenanceAnswer {
  readonly digest: string;
  readonly figures: readonly ProvenFigure[];
  /** Digest over all bars of the run, and what it was computed with. */
  readonly bars: { readonly digest: string; readonly source: string; readonly series: number };
  readonly code: string | null;
}

export interface ProvenFigure {
  readonly name: string;
  readonly value: number | null;
  readonly rows: number;
  readonly baseRate: number | null;
  readonly trials: number;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
}
