import { z } from 'zod';

import { InvalidInputError } from '../../../data/errors.js';
import { parseInput } from '../../../data/schemas/parse-input.js';
import { INTERVALS } from '../../../data/schemas/run-choices.js';
import { PROVIDERS } from '../../../data/sources/provider.js';
import type { Check } from '../../../temporal-config/doctor.js';
import type { Cli } from '../cli.js';
import { examineProvider } from '../examine-provider.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { unusedFlags } from '../unused-flags.js';

const SIGNS = { ok: '✓', warning: '!', problem: '✗' } as const;

const flagsSchema = z
  .strictObject({
    json: z.boolean().default(false),
    source: z.enum(PROVIDERS, { error: `must be ${PROVIDERS.join(' or ')}` }).optional(),
    interval: z.enum(INTERVALS, { error: `must be ${INTERVALS.join(' or ')}` }).default('1day'),
    record: z.string().min(1).optional(),
  })
  .refine(({ source, interval }) => source !== 'yahoo' || interval === '1day', {
    path: ['interval'],
    error: 'yahoo keeps 5-minute bars of the last weeks only: use 1day',
  });

/** Looks at everything a run needs, or at a provider, and says what to fix. */
export async function doctor(cli: Cli, flags: object): Promise<ExitCode> {
  const unused = unusedFlags('doctor', { ...flags });
  if (unused.length > 0) throw new InvalidInputError(unused);
  const { json, source, interval, record } = parseInput(flagsSchema, { ...flags }, (name) => `--${name}`);
  const checks =
    source === undefined ? await examineMachine(cli) : await examineProvider(cli, source, interval, record);
  const wrong = checks.filter(({ status }) => status === 'problem').length;
  if (json) {
    cli.out(JSON.stringify(checks));
  } else {
    const width = Math.max(...checks.map(({ name }) => name.length));
    for (const { name, status, detail, remedy } of checks) {
      cli.out(`${SIGNS[status]} ${name.padEnd(width)}  ${detail}`);
      if (remedy !== undefined) cli.out(`  ${''.padEnd(width)}  → ${remedy}`);
    }
    const all = source === undefined ? 'everything that a run needs is there' : `${source} is as expected`;
    cli.out(wrong === 0 ? all : `${wrong} to be fixed before a run`);
  }
  return wrong === 0 ? EXIT.ok : EXIT.badInput;
}

async function examineMachine({ home, packageRoot }: Cli): Promise<Check[]> {
  const { runDoctor } = await import('../../../temporal-config/doctor.js');
  return runDoctor({ home, packageRoot });
}
