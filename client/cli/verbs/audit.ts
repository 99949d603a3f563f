import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

import type { VerifyReport } from '../../../activities/audit/verify.js';
import { verifyBundle } from '../../../activities/audit/verify.js';
import { InvalidInputError } from '../../../data/errors.js';
import { didYouMean } from '../../../data/near-matches.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { plural } from '../format.js';

/** Recomputes every digest and figure of a bundle, offline. */
export async function auditVerify(cli: Cli, given: string, json: boolean): Promise<ExitCode> {
  const bundle = path.resolve(cli.cwd, given);
  if (!existsSync(bundle))
    throw new InvalidInputError([
      `there is no bundle ${bundle}${didYouMean(path.basename(bundle), await bundlesIn(cli))}: name a folder such as ${cli.home.bundle('RUN')}`,
    ]);
  if (!existsSync(path.join(bundle, 'manifest.json'))) {
    const failed = existsSync(path.join(bundle, 'FAILED.md'));
    const why = failed ? 'its run failed, see FAILED.md in it' : 'it has no manifest.json';
    throw new InvalidInputError([`${bundle} is not a bundle: ${why}`]);
  }
  const report = await verifyBundle(bundle);
  if (json) cli.out(JSON.stringify({ path: bundle, ...report }));
  else if (report.ok) cli.out(describeVerified(report));
  else cli.note(`${bundle} does not verify: ${report.difference}`);
  return report.ok ? EXIT.ok : EXIT.failed;
}

/** Names of the bundles in the home. */
async function bundlesIn({ home }: Cli): Promise<string[]> {
  return readdir(path.dirname(home.bundle('x'))).catch(() => []);
}

function describeVerified(report: Extract<VerifyReport, { readonly ok: true }>): string[] {
  const how = report.sameProgram
    ? 'all figures, texts and plots were computed again, and are the same bit for bit'
    : 'made by another version of this program: all figures were computed again, and agree within 1e-9';
  return [
    `ok: run ${report.runId}, ${plural(report.files, 'file')}`,
    `    ${how}`,
    `digest ${report.digest}`,
    `signed with key ${report.keyId}`,
  ];
}
