import type { Briefing } from '../../data/schemas/briefing.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import { formatCount } from './format.js';
import { bundleBriefing } from './headline.js';

/** What the briefing of a run's bundle recommends. */
export interface Recommendation extends Pick<Briefing, 'recommendation'> {
  /** Rules that the briefing asks about. */
  readonly rules: number;
  /** The questions of those that are not met, with their answers. */
  readonly unmet: readonly Pick<Briefing['verdicts'][number], 'question' | 'answer'>[];
}

/** The recommendation of a run that is done; undefined for any other, and without a readable briefing. */
export async function recommendationOf({
  phase,
  bundle,
}: Pick<RunStatus, 'phase' | 'bundle'>): Promise<Recommendation | undefined> {
  return phase !== 'done' || bundle === null ? undefined : bundleRecommendation(bundle);
}

/** The recommendation of a bundle; undefined without a readable briefing. @param bundle Its folder. */
export async function bundleRecommendation(bundle: string): Promise<Recommendation | undefined> {
  const briefing = await bundleBriefing(bundle);
  if (briefing === undefined) return undefined;
  const { recommendation, verdicts } = briefing;
  return {
    recommendation,
    rules: verdicts.length,
    unmet: verdicts.flatMap(({ question, answer }) => (answer === 'yes' ? [] : [{ question, answer }])),
  };
}

/** In words: rules that are not met have a line each, without the figures, which the briefing has. */
export function recommendationLines({ recommendation, rules, unmet }: Recommendation): string[] {
  if (recommendation === 'promote') return [`${recommendation}: all ${formatCount(rules)} rules are met`];
  return [
    `${recommendation}: ${formatCount(unmet.length)} of ${formatCount(rules)} rules ${unmet.length === 1 ? 'is' : 'are'} not met`,
    ...unmet.map(({ question, answer }) => `${question} ${answer}`),
  ];
}
