import type { Finding } from '../schemas/ingest.js';
import { withoutSecrets } from '../secrets.js';

/** Messages of one code that are told one by one; the rest are counted. */
const TOLD = 5;

/** Collects findings and keeps a flood of equal ones readable. */
export interface FindingList {
  add(severity: Finding['severity'], code: string, message: string): void;
  /** In order of their first appearance; the sixth and further ones of a code become one that counts them. */
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
      if (seen.count < TOLD) found.push({ severity, code, message: withoutSecrets(message) });
    },
    all: () => [
      ...found,
      ...[...counts]
        .filter(([, { count }]) => count > TOLD)
        .map(([code, { severity, count }]) => ({ severity, code, message: `${count - TOLD} more like it` })),
    ],
    hasErrors: () => found.some(({ severity }) => severity === 'error'),
  };
}
