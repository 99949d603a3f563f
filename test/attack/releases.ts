import { cp, readFile, writeFile } from 'node:fs/promises';

import { planTransition } from '../../activities/promote/transition.js';
import { currentChampion } from '../../data/decisions/current-champion.js';
import { openReview } from '../../data/decisions/champion-reviews.js';
import { appendDecision, readDecisions, refreshChampion } from '../../data/decisions/decisions.js';
import { sealDecision } from '../../data/decisions/sealed-decision.js';
import type { Random } from '../../data/random.js';
import type { Decision } from '../../data/schemas/decision.js';
import { championSchema, decisionFileSchema } from '../../data/schemas/decision.js';
import { sha256 } from '../../data/store/digests.js';
import { readJson, writeJson } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { APPROVAL, decide, refused } from './judge.js';
import type { AttackKind } from './kind.js';
import { oneOf, placeIn, randomBytesOf } from './kind.js';
import type { Rig } from './rig.js';
import { DECISIONS, OTHER_RUN, RUN, decidedCopy, decisionDraft, sealedCopy } from './rig.js';

const RESTORED = DECISIONS + 2;

/** A log in which a champion was approved against its briefing, and an earlier one restored. */
async function releasedCopy(rig: Rig): Promise<Home> {
  const home = await decidedCopy(rig);
  const third: Partial<Decision> = {
    ...{ version: 3, author: 'Ravi', override: { reason: 'why not', against: ['recommendation'] } },
    ...{ shadow: false, replaces: DECISIONS, restores: null, comparison: null, policy: sha256('policy') },
    triggers: null,
  };
  await appendDecision(home, { ...decisionDraft('run_x'), ...third }, rig.ownKey);
  await appendDecision(
    home,
    { ...decisionDraft('run_1'), ...third, verdict: 'restored', restores: 2, replaces: DECISIONS + 1 },
    rig.ownKey,
    () => undefined,
  );
  await refreshChampion(home);
  return home;
}

/** What an attacker would like an entry to say. */
const WISHES: readonly Partial<Decision>[] = [
  { override: null },
  { shadow: true },
  { author: 'nobody' },
  { replaces: null },
  { restores: 1 },
  { run: 'run_2', bundle: 'release/audit_run_2', bundleDigest: sha256('run_2') },
  { verdict: 'approved' },
  { policy: sha256('another') },
];

/** Files that a policy may be replaced with. */
function policyText(random: Random): string {
  return oneOf(random, [
    randomBytesOf(random, 40).toString('latin1'),
    '{',
    '[]',
    '{"release": null}',
    '{"release": {"version": 2, "allowAuthorToApprove": true}}',
    '{"release": {"version": 1, "allowAuthorToApprove": "yes"}}',
    '{"release": {"version": 1, "allowAuthorToApprove": true, "approve": "all"}}',
    '{"release": {"allowAuthorToApprove": true}}',
  ]);
}

export const RELEASES: readonly AttackKind[] = [
  {
    name: 'release/forged-pointer',
    caught: 'the champion is that of the log, and the pointer is made from the log again',
    async attempt(rig, random) {
      const home = await releasedCopy(rig);
      const honest = await readFile(home.champion(), 'utf8');
      const forged = {
        run: 'run_x',
        bundle: 'release/audit_run_x',
        bundleDigest: sha256('run_x'),
        decision: 6,
      };
      const texts = [
        JSON.stringify(forged),
        JSON.stringify({ run: null, bundle: null, bundleDigest: null, decision: 9 }),
        honest.slice(0, placeIn(random, honest.length)),
        '',
      ];
      await writeFile(home.champion(), oneOf(random, texts));
      if ((await currentChampion(home))?.run !== 'run_1') return 'another champion was read';
      await refreshChampion(home);
      const pointer = await readJson(home.champion(), championSchema);
      return pointer?.run === 'run_1' && pointer.decision === RESTORED
        ? undefined
        : 'the pointer stayed forged';
    },
  },
  {
    name: 'release/edited-entry',
    caught:
      'readers of the log refuse an approval or a roll-back that was changed or signed with another key',
    async attempt(rig, random) {
      const home = await releasedCopy(rig);
      const number = oneOf(random, [DECISIONS + 1, RESTORED]);
      const file = home.decision(number);
      const stored = decisionFileSchema.parse(JSON.parse(await readFile(file, 'utf8')));
      const changed = { ...stored.decision, ...oneOf(random, WISHES) };
      if (JSON.stringify(changed) === JSON.stringify(stored.decision)) changed.reason = 'another reason';
      const forged = sealDecision(changed, rig.foreignKey);
      await writeJson(
        file,
        oneOf(random, [{ ...stored, decision: changed }, forged, { ...forged, publicKey: stored.publicKey }]),
      );
      return refused('the champion was read', async () => currentChampion(home));
    },
  },
  {
    name: 'release/replayed-entry',
    caught: 'an earlier approval that is put behind the newest entry is refused',
    async attempt(rig, random) {
      const home = await releasedCopy(rig);
      const number = random.integer(1, RESTORED);
      await cp(home.decision(number), home.decision(RESTORED + 1));
      return (
        (await refused('the log was read', async () => readDecisions(home))) ??
        (await refused('the champion was set', async () => refreshChampion(home)))
      );
    },
  },
  {
    name: 'release/policy-file',
    caught: 'a policy that is not one is refused, and forbids every approval',
    async attempt(rig, random) {
      const home = await sealedCopy(rig);
      await writeFile(home.policy(), policyText(random));
      const text = await readFile(home.policy(), 'utf8');
      const decision = await refused('the run was approved', async () => decide(home));
      return decision === undefined ? undefined : `${decision} under ${JSON.stringify(text.slice(0, 60))}`;
    },
  },
  {
    name: 'release/changed-policy',
    caught: 'an approval by the token of a dry run is refused when the policy was changed since',
    share: 0.5,
    async attempt(rig, random) {
      const home = await sealedCopy(rig);
      const { token } = await planTransition({ home, packageRoot }, APPROVAL);
      const triggers = oneOf(random, [{ maxAgeDays: null }, { drift: null }, { demote: true }]);
      await writeJson(home.policy(), { release: { version: 1, triggers } });
      return refused('the run was approved', async () => decide(home, { expect: token }));
    },
  },
  {
    name: 'release/forged-review',
    caught: 'a review that nobody opened lets no decided bundle be decided again, save the champion approved',
    share: 0.5,
    async attempt(rig, random) {
      const home = await sealedCopy(rig);
      await cp(rig.sealed.status(OTHER_RUN), home.status(OTHER_RUN), { recursive: true });
      await cp(rig.sealed.bundle(OTHER_RUN), home.bundle(OTHER_RUN), { recursive: true });
      await decide(home, { verdict: 'rejected' });
      await decide(home, { runId: OTHER_RUN, id: 'other' });
      for (const champion of [1, 2, 3])
        await openReview(home, {
          ...{ champion, run: oneOf(random, [RUN, OTHER_RUN]), opened: APPROVAL.at },
          fired: [{ trigger: 'age', because: 'forged' }],
        });
      return refused('a rejected run was approved', async () => decide(home, { id: 'again' }));
    },
  },
];
