import type { RunStatus } from '../../../data/schemas/run-status.js';

/** Where the page lives: what it says at its head, and what it may do. */
export interface HomeAnswer {
  /** Name of the program's version. */
  readonly version: string;
  readonly home: string;
  readonly namespace: string;
  /** Address of the Temporal Web UI; null where none is known. */
  readonly webUi: string | null;
  /** True where the page changes nothing. */
  readonly readOnly: boolean;
  /** To be sent with every request that changes something, as the header `x-gurukul-page`. */
  readonly pageToken: string;
}

/** A run in the list of all runs: of the page, and of `gurukul list --json`. */
export interface ListedRun {
  readonly runId: string;
  readonly workflowId: string;
  /** As the server has it (`running`, `completed`, …); `unknown`: only the files are there, and it has not ended. */
  readonly state: string;
  readonly phase: string | null;
  readonly failedWindows: number | null;
  /** About the bundle of a run that is done; null for any other. */
  readonly decision: RunStatus['decision'] | null;
  /** Why it was approved against the policy; absent where it was not. */
  readonly override?: string;
  /** True where it was approved as a shadow. */
  readonly shadow?: true;
  /** What the briefing of its bundle recommends; null where this home has none. */
  readonly recommendation: NonNullable<RunStatus['recommendation']> | null;
  /** Why a run was cancelled, where somebody said so. */
  readonly reason?: string;
  /** ISO. */
  readonly startedAt: string;
  /** ISO, once the run has ended. */
  readonly endedAt: string | null;
}

/** All runs, newest first. */
export interface RunsAnswer {
  readonly runs: readonly ListedRun[];
  /** Why what is shown may be old; null when the server answered. */
  readonly remark: string | null;
}

/** One run as it stands. */
export interface RunAnswer {
  readonly status: RunStatus;
  readonly state: 'running' | 'ended' | 'unknown';
  readonly remark: string | null;
  /** How far training is; null where the run does not say. */
  readonly progress: ProgressAnswer | null;
  /** What holds a running run up, in words. */
  readonly delays: readonly string[];
  /** How the run failed, where it did. */
  readonly failure: { readonly type: string; readonly message: string } | null;
}

/** How far a running run is. */
export interface ProgressAnswer {
  readonly message: string;
  /** Training work in windows. */
  readonly done: number;
  readonly total: number;
  /** Windows a minute, over the last minutes; null before anything was seen to be done. */
  readonly perMinute: number | null;
  /** Milliseconds to the end of training. */
  readonly etaMs: number | null;
}
