import path from 'node:path';

import { recordInput } from '../../activities/plan/record-input.js';
import { appendDecision, readDecisions } from '../../data/decisions/decisions.js';
import { readLog } from '../../data/decisions/decision-log.js';
import { GurukulError } from '../../data/errors.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import { publicKeyOf, publicKeyPem, signingKey } from '../../data/signing/signing.js';
import { readJson } from '../../data/store/files.js';
import { Home } from '../../data/store/home.js';
import { decide } from './judge.js';
import type { AttackKind } from './kind.js';
import { oneOf } from './kind.js';
import { DECISIONS, decidedCopy, decisionDraft, sealedCopy } from './rig.js';

/** Several callers at once, of whom one may win. */
export const RACES: readonly AttackKind[] = [
  {
    name: 'race/decisions-on-one-run',
    caught:
      'of several decisions on a run at once exactly one is recorded, and the others are it or are refused',
    share: 0.5,
    async attempt(rig, random) {
      const home = await sealedCopy(rig);
      const asked = Array.from({ length: random.integer(2, 5) }, (_, i) => ({
        verdict: oneOf(random, ['approved', 'rejected'] as const),
        by: oneOf(random, ['Asha', 'Ravi', `person ${i}`]),
        id: `request ${i}`,
      }));
      const ends = await Promise.allSettled(asked.map(async (one) => decide(home, one)));
      unexpected(ends);
      const decisions = await readDecisions(home);
      const [first] = decisions;
      if (first === undefined || decisions.length > 1) return `${decisions.length} decisions were recorded`;
      const others = fulfilled(ends).filter(({ id }) => id !== first.id);
      return others.length === 0 ? undefined : 'somebody was told of a decision that is not in the log';
    },
  },
  {
    name: 'race/writers-of-the-log',
    caught: 'several writers of the log get numbers of their own, and the log is whole',
    async attempt(rig, random) {
      const home = await decidedCopy(rig);
      const runs = Array.from({ length: random.integer(2, 6) }, (_, i) => `more_${i}`);
      const placed = await Promise.all(
        runs.map(async (run) => appendDecision(home, decisionDraft(run), rig.ownKey)),
      );
      const { decisions, head } = await readLog(home);
      const numbers = new Set(placed.map(({ number }) => number));
      const isWhole = decisions.length === DECISIONS + runs.length && head?.number === decisions.length;
      return numbers.size === runs.length && isWhole ? undefined : 'a decision is lost or twice';
    },
  },
  {
    name: 'race/inputs-of-one-run',
    caught: 'of several inputs for one run id at once one is recorded, and the others are refused',
    async attempt({ folder }, random) {
      const home = new Home(path.join(folder, 'home'));
      const asked = Array.from({ length: random.integer(2, 8) }, (_, i) => ({
        ...runInputSchema.parse({ horizon: i + 1, seed: random.integer(0, 9) }),
        runId: 'r',
      }));
      const ends = await Promise.allSettled(asked.map(async (one) => recordInput(home, one)));
      unexpected(ends);
      const won = asked.filter((_, at) => ends[at]?.status === 'fulfilled');
      const recorded = await readJson(home.runInput('r'), runInputSchema);
      return won.length === 1 && recorded?.horizon === won[0]?.horizon
        ? undefined
        : `${won.length} inputs were taken`;
    },
  },
  {
    name: 'race/first-keys',
    caught: 'of several first uses of a home at once all that get a key get the same one',
    async attempt({ folder }, random) {
      const home = new Home(path.join(folder, 'home'));
      const uses = Array.from({ length: random.integer(2, 6) }, async () => signingKey(home.signingKey()));
      const ends = await Promise.allSettled(uses);
      unexpected(ends);
      const keys = new Set(fulfilled(ends).map(publicKeyPem));
      const kept = publicKeyOf(home.signingKey());
      return kept !== undefined && [...keys].every((pem) => pem === kept) && keys.size === 1
        ? undefined
        : `${keys.size} keys`;
    },
  },
];

/** @throws what is no refusal. */
function unexpected(ends: readonly PromiseSettledResult<unknown>[]): void {
  for (const end of ends)
    if (end.status === 'rejected' && !(end.reason instanceof GurukulError)) throw end.reason;
}

function fulfilled<T>(ends: readonly PromiseSettledResult<T>[]): T[] {
  return ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
}
