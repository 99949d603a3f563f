/** Forms in which `gurukul score` writes scores. */
export const SCORE_FORMATS = ['table', 'csv', 'json', 'parquet'] as const;
export type ScoreFormat = (typeof SCORE_FORMATS)[number];
