import {
  condition,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';

import type { ChampionLook } from '../activities/promote/activities.js';
import { markdownText } from '../data/text/safe-text.js';
import type { ChampionWatch } from './contract/messages.js';
import { championEndedSignal } from './contract/messages.js';
import { searchAttributes } from './contract/search-attributes.js';
import { standing } from './shared/activities.js';
import { messageOf } from './shared/failures.js';
import { isHistoryLong } from './shared/history-length.js';
import { list, markdown } from './shared/markdown.js';
import { onUpgrade } from './shared/versioning.js';

/** Between two looks. */
const DAY = '1 day';

/**
 * Watches a champion in use: once a day, an activity looks at its age and its figures by the triggers that were
 * written when it was promoted. Ends when it is champion no more.
 */
export async function watchChampion({ runId, champion }: ChampionWatch): Promise<void> {
  upsertSearchAttributes([{ key: searchAttributes.run, value: runId }]);
  setCurrentDetails(markdown([`Run **${runId}** is the champion. It is looked at once a day.`]));
  let ended = false;
  setHandler(championEndedSignal, () => {
    ended = true;
  });
  while (!(await condition(() => ended, DAY, { summary: 'next look' }))) {
    const at = new Date(Date.now()).toISOString();
    const look = await lookAt({ champion, at, id: `${workflowInfo().workflowId} ${at}` }, runId);
    if (look?.champion === false) break;
    if (look !== undefined) show(runId, look);
    if (isHistoryLong()) return continueAsNew<typeof watchChampion>({ runId, champion });
  }
  setCurrentDetails(markdown([`Run ${runId} is champion no more.`]));
}

function show(runId: string, { review, note }: ChampionLook): void {
  setCurrentDetails(
    markdown([
      `Run **${runId}** is the champion${review.length === 0 ? '. It is looked at once a day.' : ', **under review**:'}`,
      ...(review.length === 0
        ? []
        : [
            list(review),
            `Approve it once more (\`gurukul approve ${runId}\`), approve another, or \`gurukul champion rollback\` or \`retire\`.`,
          ]),
      ...(note === undefined ? [] : [markdownText(note)]),
    ]),
  );
}

/** A look that cannot be taken, since the log of decisions is broken for example, is taken the next day. */
async function lookAt(
  request: Parameters<typeof standing.reviewChampion>[0],
  runId: string,
): Promise<ChampionLook | undefined> {
  try {
    return await standing.reviewChampion.executeWithOptions({ summary: `${runId}: age and figures` }, [
      request,
    ]);
  } catch (error) {
    if (isCancellation(error)) throw error;
    setCurrentDetails(
      markdown([
        `Run **${runId}** is the champion. It could not be looked at: ${markdownText(messageOf(error))}`,
      ]),
    );
    return undefined;
  }
}

// It lives as long as the champion does, so a new build takes it over.
setWorkflowOptions(onUpgrade('AUTO_UPGRADE'), watchChampion);
