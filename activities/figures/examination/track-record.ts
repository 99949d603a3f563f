import type { Examination } from '../../../data/schemas/examination.js';
import type { SharpeTest } from '../../../data/schemas/metrics.js';
import { CONFIDENCE } from '../../stats/block-bootstrap.js';
import { minTrackRecord } from '../../stats/track-record.js';

/** Independent holdings that a Sharpe ratio with these moments needs to be above 0 with 95 % confidence. */
export function trackRecord({
  independentHoldings: observed,
  sharpe,
  skew,
  kurtosis,
}: Pick<SharpeTest, 'independentHoldings' | 'sharpe' | 'skew' | 'kurtosis'>): Examination['minTrackRecord'] {
  const none = (reason: string): Examination['minTrackRecord'] => ({
    confidence: CONFIDENCE,
    observed,
    holdings: null,
    reason,
  });
  if (sharpe === null || skew === null || kurtosis === null) return none('there are too few returns');
  if (sharpe <= 0) return none('no number is enough: the ratio is not above 0');
  const length = minTrackRecord({ sharpe, skew, kurtosis }, 0, CONFIDENCE);
  return length === null
    ? none('the moments of the returns are too extreme')
    : { confidence: CONFIDENCE, observed, holdings: Math.ceil(length), reason: null };
}
