import { setTimeout as sleep } from 'node:timers/promises';

import { readDecisions } from '../../data/decisions/decisions.js';
import { errorMessage } from '../../data/errors.js';
import { randomStream } from '../../data/random.js';
import { decide, verify } from './judge.js';
import type { AttackKind } from './kind.js';
import type { Rig } from './rig.js';
import { DECISIONS, RUN, sealedCopy, withRig } from './rig.js';

/** An attack that was not caught. */
export interface Passed {
  readonly kind: string;
  /** Number of the attempt of its kind, from 1. */
  readonly attempt: number;
  readonly what: string;
}

export interface Campaign {
  readonly seed: number;
  /** Attempts by kind, and the seconds that they took. */
  readonly kinds: readonly { readonly kind: AttackKind; readonly attempts: number; readonly took: number }[];
  readonly passed: readonly Passed[];
}

/** An attempt that takes as long hangs: usual ones take less than a second, and machines may be busy. */
const HANG_MS = 120_000;
/** No attempt may make the process grow by as much. */
const GROWTH_BYTES = 800 * 1_048_576;

/**
 * Attempts of each kind: at least one, the others by share. Kinds with a small share have fewer.
 *
 * @param total At least the number of kinds.
 */
export function attemptsOf(kinds: readonly AttackKind[], total: number): Map<AttackKind, number> {
  const attempts = new Map(kinds.map((kind) => [kind, 1]));
  const shares = kinds.reduce((sum, { share = 1 }) => sum + share, 0);
  const more = Math.max(0, total - kinds.length);
  let left = more;
  for (const kind of kinds) {
    const own = Math.min(left, Math.floor((more * (kind.share ?? 1)) / shares));
    attempts.set(kind, 1 + own);
    left -= own;
  }
  // What rounding left goes to the usual kinds, one each.
  const usual = kinds.filter(({ share = 1 }) => share >= 1);
  for (let i = 0; left > 0 && usual.length > 0; i += 1, left -= 1) {
    const kind = usual[i % usual.length];
    if (kind !== undefined) attempts.set(kind, (attempts.get(kind) ?? 0) + 1);
  }
  return attempts;
}

/**
 * Makes all attacks, on homes made afresh. An attempt depends only on the seed, its kind and its number, so that
 * a kind alone repeats what it did among the others.
 *
 * @param tell Told each kind before its attempts.
 */
export async function runAttacks(
  seed: number,
  attempts: ReadonlyMap<AttackKind, number>,
  tell: (line: string) => void = () => undefined,
): Promise<Campaign> {
  return withRig(seed, async (rig, renew) => {
    await renew();
    await requireSound(rig);
    const kinds: { kind: AttackKind; attempts: number; took: number }[] = [];
    const passed: Passed[] = [];
    for (const [kind, count] of attempts) {
      tell(`${kind.name}: ${count}`);
      const began = performance.now();
      for (let attempt = 1; attempt <= count; attempt += 1) {
        await renew();
        const random = randomStream([seed, kind.name, attempt]);
        const what = await withinLimits(async () => kind.attempt(rig, random));
        if (what !== undefined) passed.push({ kind: kind.name, attempt, what });
      }
      kinds.push({ kind, attempts: count, took: (performance.now() - began) / 1000 });
    }
    return { seed, kinds, passed };
  });
}

/** What is attacked must be accepted as long as nobody attacks it: a program that refuses everything catches nothing. */
async function requireSound(rig: Rig): Promise<void> {
  const home = await sealedCopy(rig);
  const report = await verify(home.bundle(RUN), rig.own);
  if (typeof report === 'string' || !report.ok || report.signer.known !== 'home')
    throw new Error(`the untouched bundle is not ok: ${typeof report === 'string' ? report : report.result}`);
  await decide(home);
  const read = [await readDecisions(home), await readDecisions(rig.decided)];
  if (read.map(({ length }) => length).join() !== `1,${DECISIONS}`)
    throw new Error('the untouched log has another number of decisions');
}

function unexpected(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? errorMessage(error)) : String(error);
  return `it ended with an unexpected error: ${text}`;
}

/** What got through: also an error, a hang, and memory that grows without limit. */
async function withinLimits(work: () => Promise<string | undefined>): Promise<string | undefined> {
  const rss = process.memoryUsage.rss();
  const peak = process.resourceUsage().maxRSS;
  const began = performance.now();
  const done = new AbortController();
  const hang = sleep(HANG_MS, 'it does not end', { signal: done.signal }).catch(() => undefined);
  const what = await Promise.race([work().catch(unexpected), hang]);
  done.abort();
  const took = performance.now() - began;
  const { maxRSS } = process.resourceUsage();
  const growth = maxRSS > peak ? maxRSS * 1024 - rss : 0;
  if (what !== undefined) return what;
  // A hang that computes lets no timer fire.
  if (took > HANG_MS) return `it took ${Math.round(took / 1000)} s`;
  return growth > GROWTH_BYTES ? `the process grew by ${Math.round(growth / 1_048_576)} MiB` : undefined;
}
