/**
 * Mean log-loss in nats of always predicting one probability.
 *
 * @param rate Null: unknown.
 * @returns Null without labels, or where a label has probability 0.
 */
export function baseRateLogLoss(rate: number | null, labels: readonly number[]): number | null {
  if (rate === null || labels.length === 0) return null;
  const ones = labels.reduce((sum, label) => sum + label, 0);
  const loss = -(ones * Math.log(rate) + (labels.length - ones) * Math.log(1 - rate)) / labels.length;
  return Number.isFinite(loss) ? loss : null;
}
