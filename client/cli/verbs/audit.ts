import { existsSync } from 'node:fs';
import path from 'node:path';

import type { Signer, VerifyReport } from '../../../activities/audit/verify-report.js';
import { verifyBundle } from '../../../activities/audit/verify.js';
import { InvalidInputError } from '../../../data/errors.js';
import { homeSigner, isKeyId, namedSigner } from '../../../data/signing/known-signer.js';
import { folderHere, listFolders } from '../../../data/store/stored-files.js';
import { didYouMean } from '../../../data/text/near-matches.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { plural } from '../format.js';

/** The file of a bundle that a report names when another key signed it than expected. */
const PUBLIC_KEY = 'provenance/public-key.pem';

/** Flags of `audit verify`. */
interface VerifyFlags {
  readonly json: boolean;
  /** The id of the key that must have signed the bundle, or a file with its public half. */
  readonly key: string | undefined;
}

/** Recomputes every digest and figure of a bundle, offline, and says first who signed it. */
export async function auditVerify(cli: Cli, given: string, { json, key }: VerifyFlags): Promise<ExitCode> {
  const bundle = await folderHere(cli.home, path.resolve(cli.cwd, given));
  if (!existsSync(bundle))
    throw new InvalidInputError([
      `there is no bundle ${bundle}${didYouMean(path.basename(bundle), await bundlesIn(cli))}: name a folder such as ${cli.home.bundle('RUN')}`,
    ]);
  if (!existsSync(path.join(bundle, 'manifest.json'))) {
    const failed = existsSync(path.join(bundle, 'FAILED.md'));
    const why = failed ? 'its run failed, see FAILED.md in it' : 'it has no manifest.json';
    throw new InvalidInputError([`${bundle} is not a bundle: ${why}`]);
  }
  const known =
    key === undefined
      ? homeSigner(cli.home.signingKey())
      : namedSigner(isKeyId(key) ? key : path.resolve(cli.cwd, key));
  const report = await verifyBundle(bundle, known);
  if (json) cli.out(JSON.stringify({ path: bundle, ...report }));
  else if (report.result !== 'failed') cli.out(describeVerified(report));
  else {
    if (report.signer !== null) cli.note(describeSigner(report.signer));
    cli.note(`${bundle} does not verify: ${report.difference}${hintOf(report, key)}`);
  }
  return EXIT_OF[report.result];
}

const EXIT_OF = {
  ok: EXIT.ok,
  'partly checked': EXIT.partlyChecked,
  failed: EXIT.failed,
} as const satisfies Record<VerifyReport['result'], ExitCode>;

/** Names of the bundles in the home. */
async function bundlesIn({ home }: Cli): Promise<string[]> {
  return [...(await listFolders(home, home.bundles()).catch(() => []))];
}

function describeVerified(report: Exclude<VerifyReport, { readonly result: 'failed' }>): string[] {
  const { result, runId, files, digest, unchecked } = report;
  return [
    describeSigner(report.signer),
    `${result}: run ${runId}, ${plural(files, 'file')}`,
    result === 'ok'
      ? '    recomputed or compared:'
      : '    the bundle says that another version of this program made it; nothing was found wrong in:',
    ...report.checked.map((what) => `    - ${what}`),
    ...(result === 'ok'
      ? []
      : [
          '    not checked, do not rely on it:',
          ...unchecked.map((what) => `    - ${what}`),
          `    verify it with the version that made it, or make it again with this one: gurukul resume ${runId}`,
        ]),
    '    only hashed and signed, not recomputed:',
    ...report.hashedOnly.map((what) => `    - ${what}`),
    '    only claimed by the signer:',
    ...report.claimed.map((what) => `    - ${what}`),
    `digest ${digest}`,
  ];
}

function describeSigner({ keyId, known }: Signer): string {
  switch (known) {
    case 'home':
      return `signer: the key of this home, ${keyId}`;
    case 'key':
      return `signer: the given key, ${keyId}`;
    case 'unknown':
      return `signer: unknown, key ${keyId}; give the key that it should be with --key`;
  }
}

/** What to do when another key signed the bundle than that of the home. */
function hintOf(
  { file, signer }: Extract<VerifyReport, { readonly result: 'failed' }>,
  key: string | undefined,
): string {
  if (signer?.known !== 'unknown' || file !== PUBLIC_KEY || key !== undefined) return '';
  return '. If it was made elsewhere, ask its maker for the id of their key, and give it with --key ID';
}
