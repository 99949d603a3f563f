import type { RankTerm } from '../../../../activities/model/ranking/basis.js';

/** A term in words. */
export function termName({ kind, feature, ...rest }: RankTerm): string {
  if (kind === 'rank') return feature;
  if (kind === 'size' || kind === 'tail') return `${kind} of ${feature}`;
  return `${feature} × ${'by' in rest ? rest.by : ''}`;
}
