import { BUNDLE, bundleJson } from '../../activities/audit/bundle-layout.js';
import { deriveFiles } from '../../activities/audit/derived-files.js';
import type { Random } from '../../data/random.js';
import { briefingSchema } from '../../data/schemas/briefing.js';
import type { Policy } from '../../data/schemas/policy.js';
import { policySchema } from '../../data/schemas/policy.js';
import type { Files, Forger } from './forgery-edits.js';
import { jsonOf } from './forgery-edits.js';
import { oneOf, placeIn } from './kind.js';

/** Changes of the policy and of what its gates say that a verification finds, whoever signed. */
export const POLICY_FORGERIES: Readonly<Record<string, Forger>> = {
  policy: (files, random) => {
    const changed = oneOf<unknown>(random, [
      easier(files, random),
      { ...policyOf(files), version: 2 },
      { ...policyOf(files), gates: {} },
      null,
    ]);
    return {
      changes: { [BUNDLE.policy]: changed === null ? undefined : bundleJson(changed) },
    };
  },
  gate: (files, random) => {
    const briefing = briefingSchema.parse(jsonOf(files, BUNDLE.briefingJson));
    const gates = briefing.gates ?? [];
    const at = placeIn(random, gates.length);
    const pass = gates.map((gate, i) => (i === at ? { ...gate, verdict: 'pass' as const } : gate));
    const changed = oneOf(random, [
      { ...briefing, recommendation: 'promote', reasons: ['All 7 gates pass.'] },
      // The gate that is set to pass may have passed before: then its limit is another.
      { ...briefing, gates: pass.map((gate, i) => (i === at ? { ...gate, limit: { rows: 1 } } : gate)) },
      { ...briefing, gates: gates.toSpliced(at, 1) },
      { ...briefing, policy: { digest: 'f'.repeat(64), version: 1 } },
      { ...briefing, verdicts: briefing.verdicts.slice(1) },
    ]);
    return { changes: { [BUNDLE.briefingJson]: bundleJson(changed) } };
  },
};

/** An easier policy of which everything follows: that it was settled before the run is claimed. */
export const CLAIMED_POLICIES: Readonly<Record<string, Forger>> = {
  'policy-and-texts': async (files, random) => {
    const content = bundleJson(easier(files, random));
    const derived = await deriveFiles(new Map([...files, [BUNDLE.policy, content]]));
    return { changes: { ...Object.fromEntries(derived), [BUNDLE.policy]: content } };
  },
};

function policyOf(files: Files): Policy {
  return policySchema.parse(jsonOf(files, BUNDLE.policy));
}

function easier(files: Files, random: Random): Policy {
  const policy = policyOf(files);
  const { gates } = policy;
  const set = (change: Partial<Policy['gates']>): Policy => ({ ...policy, gates: { ...gates, ...change } });
  return oneOf(random, [
    set({ evidence: { ...gates.evidence, limits: { ...gates.evidence.limits, dates: 1, cohorts: 1 } } }),
    set({ ranks: { ...gates.ranks, limits: { ...gates.ranks.limits, pValue: 1 } } }),
    set({ net: { ...gates.net, limits: { deflated: 0 } } }),
    set({ calibrated: { ...gates.calibrated, materiality: 1 } }),
    set({ complete: { ...gates.complete, why: 'it is good enough' } }),
  ]);
}
