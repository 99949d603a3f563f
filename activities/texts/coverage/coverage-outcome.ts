import { findingText } from '../../../data/bars/finding-texts.js';
import type { CoverageRow } from '../../../data/schemas/coverage.js';

/** The gates' outcome for a symbol with what led to it: `complete`, `usable: sessions without a bar …`. */
export function outcomeText({ verdict, reasons, missing, exclusion }: CoverageRow): string {
  if (exclusion !== null) return `${verdict}: ${exclusion}; asked again now, and still none`;
  const texts = reasons
    .filter(({ severity }) => verdict !== 'stopped' || severity === 'error')
    .map(({ code }) => findingText(code));
  const lack = verdict === 'usable' && missing > 0 ? [`${missing} sessions missing`] : [];
  const why = lack.length > 0 ? lack : texts;
  return why.length === 0 ? verdict : `${verdict}: ${why.join('; ')}`;
}
