import { readReview } from '../../data/decisions/champion-reviews.js';
import type { CurrentChampion, Shadow } from '../../data/decisions/current-champion.js';
import { championIn, currentChampion, shadowOf } from '../../data/decisions/current-champion.js';
import { readReleasePolicy } from '../../data/decisions/read-release-policy.js';
import type { ChampionReview } from '../../data/schemas/champion-review.js';
import type { Decision } from '../../data/schemas/decision.js';
import type { Triggers } from '../../data/schemas/release-policy.js';
import { championOutcomesSchema } from '../../data/schemas/champion-outcomes.js';
import { readStoredJson } from '../../data/store/stored-files.js';
import type { Cli } from './cli.js';
import { comparisonLines } from './describe-comparison.js';
import { formatTime, renderTable } from './format.js';

/** What `champion show --json` prints. */
export interface FoundChampion {
  readonly champion:
    | (CurrentChampion & {
        /** Set where a trigger has fired. */
        readonly review: Omit<ChampionReview, 'champion' | 'run'> | null;
      })
    | null;
  readonly shadow:
    | (Shadow & {
        /** Sessions that were scored and whose outcome is known; null: no log of scores says it. */
        readonly sessions: number | null;
        /** After how many it is to be decided about. */
        readonly wanted: number;
      })
    | null;
}

/** The champion of the home, and its shadow. @throws GurukulError ChecksumMismatch when the log is broken. */
export async function foundChampion({ home, packageRoot }: Cli): Promise<FoundChampion> {
  const champion = await currentChampion(home);
  const shadow = await shadowOf(home);
  const review = champion === undefined ? undefined : await readReview(home, champion.decision);
  const outcomes = await readStoredJson(home, home.scoreOutcomes(), championOutcomesSchema).catch(
    () => undefined,
  );
  const scored = outcomes?.shadow?.decision === shadow?.decision ? outcomes?.shadow : undefined;
  return {
    champion:
      champion === undefined
        ? null
        : {
            ...champion,
            review: review === undefined ? null : { opened: review.opened, fired: review.fired },
          },
    shadow:
      shadow === undefined
        ? null
        : {
            ...shadow,
            sessions: scored?.sessions ?? null,
            wanted: (await readReleasePolicy(home, packageRoot)).shadowSessions,
          },
  };
}

/** The same for a person. */
export function championLines({ home, self }: Cli, { champion, shadow }: FoundChampion): string[] {
  return [
    ...(champion === null
      ? ['Champion  none: approve a bundle with gurukul approve']
      : [
          `Champion  run ${champion.run}`,
          `Bundle    ${home.absolute(champion.bundle)}`,
          `Digest    ${champion.bundleDigest}`,
          `Since     ${formatTime(new Date(champion.since))}, ${champion.restored ? 'restored' : 'approved'} by ${champion.by} (decision ${champion.decision})`,
          `Reason    ${champion.reason}`,
          `Author    ${champion.author ?? 'nobody said so'}`,
          ...overrideLines(champion),
          ...comparedLines(champion),
          `Watched   ${watched(champion.triggers ?? null)}`,
          ...reviewLines(champion.review, champion.run, self),
        ]),
    ...(shadow === null ? [] : shadowLines(shadow, self)),
  ];
}

function overrideLines({ override }: CurrentChampion): string[] {
  if (override === null) return [];
  return [`Override  against ${override.against.join(' and ')}: ${override.reason}`];
}

/** As it was when the champion was made. */
function comparedLines({ comparison = null }: CurrentChampion): string[] {
  if (comparison === null) return [];
  const before = comparison.champion;
  return [
    `Before    ${before === null ? 'there was no champion' : `run ${before.run} (decision ${before.decision})`}`,
    ...comparisonLines(comparison),
  ];
}

function watched(triggers: Triggers | null): string {
  if (triggers === null) return 'not at all: an earlier version made it champion';
  const { maxAgeDays, drift, calibration, icIntervalBelowZero, demote } = triggers;
  const armed = [
    ...(maxAgeDays === null ? [] : [`age above ${maxAgeDays} days`]),
    ...(drift === null ? [] : [`drift above ${drift}`]),
    ...(calibration === null ? [] : [`calibration error above ${calibration}`]),
    ...(icIntervalBelowZero ? ['neutral rank IC below zero'] : []),
  ];
  if (armed.length === 0) return 'nothing: every trigger is off';
  return `${armed.join(', ')}: ${demote ? 'demotes it' : 'opens a review'}`;
}

function reviewLines(
  review: NonNullable<FoundChampion['champion']>['review'],
  run: string,
  self: string,
): string[] {
  if (review === null) return [];
  return [
    `Review    open since ${formatTime(new Date(review.opened))}`,
    ...review.fired.map(({ trigger, because }) => `          ${trigger}: ${because}`),
    `          approve it once more (${self} approve ${run}), approve another, or ${self} champion rollback or retire`,
  ];
}

function shadowLines(
  { run, since, by, sessions, wanted }: NonNullable<FoundChampion['shadow']>,
  self: string,
): string[] {
  const enough = sessions !== null && sessions >= wanted;
  return [
    `Shadow    run ${run}, staged by ${by} on ${formatTime(new Date(since))}`,
    `          ${sessions === null ? 'no scored session yet' : `${sessions} sessions scored`}; ${wanted} are wanted${enough ? `: decide with ${self} approve ${run} or ${self} reject ${run}` : ''}`,
  ];
}

/** The log of decisions as a table. */
export function historyTable(decisions: readonly Decision[]): string[] {
  const present = championIn(decisions)?.decision;
  return renderTable(
    ['decision', 'when', 'run', 'what', 'by', 'reason', ''],
    decisions.map((one) => [
      String(one.number),
      formatTime(new Date(one.at)),
      one.run,
      whatOf(one),
      one.by,
      one.reason,
      one.number === present ? 'champion' : '',
    ]),
  );
}

function whatOf({ verdict, shadow, override = null, restores = null }: Decision): string {
  return [
    verdict,
    ...(shadow === true ? ['as shadow'] : []),
    ...(restores === null ? [] : [`from ${restores}`]),
    ...(override === null ? [] : [`override (${override.against.join(', ')})`]),
  ].join(' ');
}
