import type { ErrorType } from '../../data/errors.js';
import { ERROR_POLICIES, ERROR_TYPES } from '../../data/errors.js';

/** Failed windows by error type, in the union's order. */
export class ErrorCounts {
  private readonly counts = new Map<ErrorType, number>();

  add(failures: Readonly<Partial<Record<ErrorType, number>>>): void {
    for (const type of ERROR_TYPES) {
      const failed = failures[type] ?? 0;
      if (failed > 0) this.counts.set(type, (this.counts.get(type) ?? 0) + failed);
    }
  }

  /** Failed windows; types that count as skipped are left out. */
  failed(): number {
    const { failedBy } = splitSkipped(this.byType());
    return Object.values(failedBy).reduce((sum, n) => sum + n, 0);
  }

  /** As plain JSON. */
  byType(): Partial<Record<ErrorType, number>> {
    const byType: Partial<Record<ErrorType, number>> = {};
    for (const type of ERROR_TYPES) {
      const failed = this.counts.get(type);
      if (failed !== undefined) byType[type] = failed;
    }
    return byType;
  }
}

/** Separates windows that count as skipped (there was nothing to train on) from those that failed. */
export function splitSkipped(counts: Readonly<Partial<Record<ErrorType, number>>>): {
  readonly failedBy: Partial<Record<ErrorType, number>>;
  readonly skipped: number;
} {
  const failedBy: Partial<Record<ErrorType, number>> = {};
  let skipped = 0;
  for (const type of ERROR_TYPES) {
    const windows = counts[type];
    if (windows === undefined) continue;
    if (ERROR_POLICIES[type].outcome === 'skip') skipped += windows;
    else failedBy[type] = windows;
  }
  return { failedBy, skipped };
}
