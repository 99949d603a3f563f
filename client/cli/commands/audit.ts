import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import type { JsonFlags } from '../shared-flags.js';
import { JSON_LINE } from '../shared-flags.js';

/** `gurukul audit verify PATH`: recomputes every digest and figure of a bundle, offline. */
export function addAuditCommand(program: Command, cli: Cli): void {
  const audit = program.command('audit').description('checks of bundles');
  audit
    .command('verify')
    .description('recompute every digest and figure of a bundle, without any server')
    .argument('<path>', 'the bundle: release/audit_RUN in the home')
    .option('--key <file|id>', 'the public key that must have signed it (default: the key of the home)')
    .option(...JSON_LINE)
    .action(async (bundle: string, { json = false, key }: JsonFlags & { readonly key?: string }) => {
      const { auditVerify } = await import('../verbs/audit.js');
      process.exitCode = await auditVerify(cli, bundle, { json, key });
    });
}
