import type { Briefing } from '../../data/schemas/briefing.js';
import type { BundleConfig, BundleIngest } from '../../data/schemas/bundle.js';
import { entryChoice } from '../../data/schemas/label-rule.js';

/** What choices are judged by. */
interface ChosenRun {
  readonly config: BundleConfig;
  readonly ingest: Pick<BundleIngest, 'source'>;
}

/** Answers about choices of the user that flatter figures. A run may make them; it is never recommended then. */
export function choiceAnswers({ config, ingest }: ChosenRun): Briefing['verdicts'] {
  const atClose = entryChoice(config) === 'close';
  const survivors = config.membership === 'today' && ingest.source !== 'synthetic';
  return [
    {
      id: 'entry_can_be_traded',
      question: 'Can anybody trade at the entry?',
      answer: atClose ? 'no' : 'yes',
      because: atClose
        ? 'returns start at the close that the predictions are computed from, at which nobody can trade any more (--entry close)'
        : `returns start a bar after the one that predictions are computed from (--entry ${entryChoice(config)})`,
      rule: 'next open or next close',
    },
    {
      id: 'members_of_the_time',
      question: 'Are the symbols those of the time?',
      answer: survivors ? 'no' : 'yes',
      because: survivors
        ? 'only survivors: the symbols are those known today, so companies that fell out of the index or were delisted are missing (--membership today)'
        : config.membership === 'today'
          ? 'synthetic symbols, of which none was ever removed'
          : 'at each date, those that were members then',
      rule: 'members of the index at each date, on real bars',
    },
  ];
}
