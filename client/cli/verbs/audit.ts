import { existsSync } from 'node:fs';
import path from 'node:path';

import type { Command } from 'commander';

import { verifyBundle } from '../../../activities/audit/verify.js';
import { InvalidInputError } from '../../../data/errors.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { plural } from '../format.js';

/** `gurukul audit verify PATH`: recomputes every digest of a bundle, offline. */
export function addAuditVerb(program: Command, cli: Cli): void {
  const audit = program.command('audit').description('checks of bundles');
  audit
    .command('verify')
    .description('recompute every digest of a bundle, without any server')
    .argument('<path>', 'the bundle: release/audit_RUN in the home')
    .option('--json', 'one line of JSON on stdout')
    .action(async (bundle: string, flags: { readonly json?: boolean }) => {
      process.exitCode = await verify(cli, path.resolve(cli.cwd, bundle), flags.json === true);
    });
}

async function verify(cli: Cli, bundle: string, json: boolean): Promise<ExitCode> {
  if (!existsSync(bundle)) throw new InvalidInputError([`there is no bundle ${bundle}`]);
  if (!existsSync(path.join(bundle, 'manifest.json')))
    throw new InvalidInputError([`${bundle} is not a bundle: it has no manifest.json`]);
  const result = await verifyBundle(bundle);
  if (json) cli.out(JSON.stringify({ path: bundle, ...result }));
  else if (result.ok)
    cli.out(`ok: ${plural(result.files, 'file')} as in the manifest\ndigest ${result.digest}`);
  else cli.note(`${bundle} is not what its manifest says: ${result.difference}`);
  return result.ok ? EXIT.ok : EXIT.failed;
}
