import type { Coverage } from '../../data/schemas/coverage.js';

/** A coverage with the same text wherever one can be. */
export function coverageOf(text: string): Coverage {
  const reason = { code: text, severity: 'error', count: 1 } as const;
  return {
    ...{ source: 'csv', interval: '1day', adjust: 'none', from: text, to: text, until: `${text} ` },
    ...{ lastSession: text, digest: text, gates: [{ ...reason, message: text }], firstMonth: text },
    symbols: [
      {
        ...{ symbol: text, status: 'refused', first: text, last: text, bars: 1, sessions: 2, missing: 1 },
        ...{ actions: 0, digest: text, verdict: 'stopped', exclusion: text, reasons: [reason], months: [1] },
      },
    ],
    days: [{ date: text, name: text, expected: 2, missing: 1, symbols: [text] }],
  };
}
