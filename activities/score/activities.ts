/** What the champion said of the newest bars, in few words: the rows are in the file. */
export interface ChampionScores {
  readonly run: string;
  /** The newest bar. */
  readonly date: string;
  /** The log, relative to the home. */
  readonly log: string;
  /** Rows with a score, and all. */
  readonly scored: number;
  readonly rows: number;
  /** Logged dates whose outcome is known. */
  readonly sessions: number;
}

/** Activities of the step score, on queue cpu. */
export interface ScoreActivities {
  /**
   * Scores the newest bars with the champion, records what it said, and joins earlier scores with what came. Idempotent:
   * the same bars give the same file.
   *
   * @returns Null where there is no champion yet.
   */
  scoreChampion(): Promise<ChampionScores | null>;
}
