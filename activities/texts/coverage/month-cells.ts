/** Cells that a strip has at most: beyond, a cell is a quarter or a year. */
const MOST_CELLS = 72;
/** Months that one cell may stand for. */
const SIZES = [1, 3, 12, 120] as const;
const MONTHS_PER_YEAR = 12;

/** Months of a coverage, or groups of them, as the cells of a strip. */
export interface MonthCells {
  /** `2022-03`, `2022 Q1`, `2022`. */
  readonly names: readonly string[];
  /** What a cell is, in a word. */
  readonly unit: 'month' | 'quarter' | 'year' | 'decade';
  /** The share of each cell: the mean of its months'; null where none has sessions. */
  readonly shares: (months: readonly (number | null)[]) => (number | null)[];
}

/**
 * Joins months to cells, where there are too many of them to be seen side by side.
 *
 * @param first `YYYY-MM`; null without bars.
 * @param count Months.
 */
export function monthCells(first: string | null, count: number): MonthCells {
  const start = monthNumber(first);
  const cellOf = (month: number, size: number): number =>
    Math.floor((start + month) / size) - Math.floor(start / size);
  const size = SIZES.find((months) => cellOf(count - 1, months) < MOST_CELLS) ?? 120;
  const cells = count === 0 ? 0 : cellOf(count - 1, size) + 1;
  return {
    names: Array.from({ length: cells }, (_, cell) => nameOf(Math.floor(start / size) + cell, size)),
    unit: ({ 1: 'month', 3: 'quarter', 12: 'year', 120: 'decade' } as const)[size],
    shares: (months) => {
      const sums = Array.from({ length: cells }, () => ({ months: 0, share: 0 }));
      months.forEach((share, month) => {
        const sum = sums[cellOf(month, size)];
        if (share === null || sum === undefined) return;
        sum.months += 1;
        sum.share += share;
      });
      return sums.map((sum) => (sum.months === 0 ? null : sum.share / sum.months));
    },
  };
}

/** Names of months, `YYYY-MM`, from the first on. */
export function monthNames(first: string | null, count: number): string[] {
  const start = monthNumber(first);
  return Array.from({ length: count }, (_, month) => nameOf(start + month, 1));
}

/** Months since the year 0. What is no month counts as its first. */
function monthNumber(month: string | null): number {
  const [year = 0, ofYear = 1] = (/^(\d{4})-(\d{2})/.exec(month ?? '') ?? []).slice(1).map(Number);
  return year * MONTHS_PER_YEAR + ofYear - 1;
}

function nameOf(cell: number, size: (typeof SIZES)[number]): string {
  const month = cell * size;
  const year = String(Math.floor(month / MONTHS_PER_YEAR)).padStart(4, '0');
  const ofYear = month % MONTHS_PER_YEAR;
  if (size === 1) return `${year}-${String(ofYear + 1).padStart(2, '0')}`;
  if (size === 3) return `${year} Q${ofYear / size + 1}`;
  return size === MONTHS_PER_YEAR ? year : `${year}s`;
}
