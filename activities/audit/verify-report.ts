import { z } from 'zod';

const signer = z.strictObject({
  /** SHA-256 of the public key. */
  keyId: z.string(),
  /** Where the key is known from; `unknown`: nobody said whose it is, so anybody may have signed. */
  known: z.enum(['home', 'key', 'unknown']),
});

/** Who signed a bundle. */
export type Signer = Readonly<z.output<typeof signer>>;

const texts = z.array(z.string()).readonly();

/** What a verification found out about a bundle whose checks all passed. */
const verified = {
  digest: z.string(),
  /** Number of files of the bundle. */
  files: z.number(),
  runId: z.string(),
  /** SHA-256 of the public key that signed it. */
  keyId: z.string(),
  signer,
  /**
   * True when the bundle names the program that verifies it as the one that made it. Its signer claims this: do not
   * decide by it what to believe.
   */
  sameProgram: z.boolean(),
  /** What was checked, for a person. */
  checked: texts,
  /** What could not be checked, each as `FILE: what`. Empty when `ok`. */
  unchecked: texts,
  /** What has a matching digest and signature, and was not recomputed; in every bundle. */
  hashedOnly: texts,
  /** What the signer claims and no file of a bundle can show; in every bundle. */
  claimed: texts,
};

/**
 * Result of a verification. `ok` is true only when everything was checked.
 *
 * `partly checked`: the bundle says that another version of the program made it, and this one writes some of its files
 * differently. No check failed, but the files in `unchecked` may say anything: never decide about such a bundle.
 */
export const verifyReportSchema = z.discriminatedUnion('result', [
  z.strictObject({ ok: z.literal(true), result: z.literal('ok'), ...verified }).readonly(),
  z.strictObject({ ok: z.literal(false), result: z.literal('partly checked'), ...verified }).readonly(),
  z
    .strictObject({
      ok: z.literal(false),
      result: z.literal('failed'),
      /** The first difference, in one sentence: file, expected, found. */
      difference: z.string(),
      file: z.string(),
      /** Null when there is no valid signature. */
      signer: signer.nullable(),
      checked: texts,
      unchecked: texts,
    })
    .readonly(),
]);

export type VerifyReport = z.output<typeof verifyReportSchema>;

/** What a bundle whose checks all passed is said to be. */
export type Verified = Omit<Extract<VerifyReport, { readonly ok: true }>, 'ok' | 'result'>;

/** What `audit verify` lists in full. */
const NAMED = 3;

/** Why a bundle is not ok, in one sentence. */
export function problemOf(report: Extract<VerifyReport, { readonly ok: false }>): string {
  return report.result === 'failed'
    ? report.difference
    : `another version of this program made it, and this one cannot check ${namedFirst(report.unchecked)}`;
}

function namedFirst(unchecked: readonly string[]): string {
  const more = unchecked.length - NAMED;
  return unchecked.slice(0, NAMED).join('; ') + (more > 0 ? `; and ${more} more` : '');
}
