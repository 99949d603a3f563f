import { z } from 'zod';

/** What is compared of promotion_briefing.json, of any version. */
export const comparedBriefingSchema = z.looseObject({
  recommendation: z.string(),
  verdicts: z.array(
    z.looseObject({
      id: z.string(),
      question: z.string(),
      answer: z.string(),
      because: z.string().optional(),
      rule: z.string().optional(),
    }),
  ),
});
type ComparedBriefing = z.output<typeof comparedBriefingSchema>;

interface Verdict {
  readonly answer: string;
  readonly because: string | null;
  readonly rule: string | null;
}

/** A rule of the examination that is answered in another way. */
export interface VerdictChange {
  readonly id: string;
  readonly question: string;
  /** Null where a run's briefing does not ask. */
  readonly before: Verdict | null;
  readonly after: Verdict | null;
}

export interface VerdictChanges {
  /** Null without a briefing. */
  readonly recommendation: { readonly before: string | null; readonly after: string | null };
  readonly compared: number;
  readonly flipped: readonly VerdictChange[];
}

/** Compares the briefings of two runs. */
export function verdictChanges(
  before: ComparedBriefing | undefined,
  after: ComparedBriefing | undefined,
): VerdictChanges {
  const [was, is] = [byId(before), byId(after)];
  const ids = [...was.keys()].filter((id) => is.has(id));
  const alone = [...was.keys(), ...is.keys()].filter((id) => !ids.includes(id)).sort();
  return {
    recommendation: {
      before: before?.recommendation ?? null,
      after: after?.recommendation ?? null,
    },
    compared: ids.length + alone.length,
    flipped: [...ids, ...alone]
      .map((id) => ({
        id,
        question: (is.get(id) ?? was.get(id))?.question ?? id,
        before: verdictOf(was.get(id)),
        after: verdictOf(is.get(id)),
      }))
      .filter((change) => change.before?.answer !== change.after?.answer),
  };
}

type Asked = ComparedBriefing['verdicts'][number];

function byId(briefing: ComparedBriefing | undefined): Map<string, Asked> {
  return new Map((briefing?.verdicts ?? []).map((verdict) => [verdict.id, verdict]));
}

function verdictOf(verdict: Asked | undefined): Verdict | null {
  return verdict === undefined
    ? null
    : { answer: verdict.answer, because: verdict.because ?? null, rule: verdict.rule ?? null };
}
