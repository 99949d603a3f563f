import type { Finding } from '../schemas/ingest.js';
import { maskSecrets } from '../secrets/secrets.js';

/** Messages with the same code that are listed one by one; further ones are counted. */
const MAX_LISTED = 5;

/** Collects findings, and keeps many findings of the same code readable. */
export interface FindingList {
  add(severity: Finding['severity'], code: string, message: string): void;
  /** In the order in which they were added; from the sixth of a code on, one finding gives their number. */
  all(): Finding[];
  hasErrors(): boolean;
}

export function findingList(): FindingList {
  const found: Finding[] = [];
  const counts = new Map<string, { severity: Finding['severity']; count: number }>();
  return {
    add: (severity, code, message) => {
      const seen = counts.get(code) ?? { severity, count: 0 };
      counts.set(code, { severity: seen.severity, count: seen.count + 1 });
      if (seen.count < MAX_LISTED) found.push({ severity, code, message: maskSecrets(message) });
    },
    all: () => [
      ...found,
      ...[...counts]
        .filter(([, { count }]) => count > MAX_LISTED)
        .map(([code, { severity, count }]) => ({
          severity,
          code,
          message: moreOfTheSame(count - MAX_LISTED),
        })),
    ],
    hasErrors: () => hasErrors(found),
  };
}

/** Whether a finding stops a series. */
export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}

function moreOfTheSame(count: number): string {
  return `${count} more of the same kind`;
}

/** The number of findings that a message stands for: 1, or the number in the message that counts further ones. */
export function findingCount(message: string): number {
  // "more like it": manifests of earlier versions.
  return Number(/^(\d+) more (?:of the same kind|like it)$/.exec(message)?.[1] ?? 1);
}
