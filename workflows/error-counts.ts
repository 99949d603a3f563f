import type { ErrorType } from '../data/errors.js';
import { ERROR_TYPES } from '../data/errors.js';

/** Failed windows by error type, in the union's order. */
export class ErrorCounts {
  private readonly counts = new Map<ErrorType, number>();

  add(failures: Readonly<Partial<Record<ErrorType, number>>>): void {
    for (const type of ERROR_TYPES) {
      const failed = failures[type] ?? 0;
      if (failed > 0) this.counts.set(type, (this.counts.get(type) ?? 0) + failed);
    }
  }

  total(): number {
    return [...this.counts.values()].reduce((sum, n) => sum + n, 0);
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
