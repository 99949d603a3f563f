import { parseArgs } from 'node:util';

import { z } from 'zod';

import { InvalidInputError, errorMessage } from '../errors.js';
import { didYouMean } from '../text/near-matches.js';
import type { MetricsPlace } from './metrics-place.js';
import { metricsPlace, metricsPortSchema } from './metrics-place.js';
import { parseInput } from './parse-input.js';
import type { Role, WorkerAccelerator } from './worker-roles.js';
import { ROLES, WORKER_ACCELERATORS } from './worker-roles.js';

const ALL = 'all';

/**
 * Flags of `gurukul worker` and of the worker program: one schema for both, so that neither refuses what the other
 * accepts. Values are texts, as on a command line.
 */
const flagsSchema = z
  .strictObject({
    role: z.string().default(''),
    accelerator: z.string().optional(),
    devices: z
      .string()
      .regex(/^\d+(,\d+)*$/, { error: ({ input }) => `must be numbers such as 0,1, not ${String(input)}` })
      .optional(),
    trainers: z
      .string()
      .regex(/^[1-9]\d?$/, { error: ({ input }) => `must be a number from 1 to 99, not ${String(input)}` })
      .optional(),
    slots: z
      .string()
      .regex(/^[1-9]\d?$/, { error: ({ input }) => `must be a number from 1 to 99, not ${String(input)}` })
      .optional(),
    deployment: z
      .string()
      .regex(/^[\w-]{1,100}$/, {
        error: ({ input }) => `must be letters, digits, _ and -, not ${String(input)}`,
      })
      .optional(),
    home: z.string().min(1, 'must name a folder').optional(),
    address: z.string().min(1, 'must be HOST:PORT').optional(),
    'address-from': z.literal('parent', 'must be parent').optional(),
    namespace: z.string().min(1, 'must name a namespace').optional(),
    'metrics-port': metricsPortSchema,
    'metrics-host': z.string().min(1, 'must be an address to listen on').optional(),
  })
  .superRefine(({ role, ...given }, context) => {
    const { accelerator = 'cpu' } = given;
    const refuse = (flag: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [flag], message });
    const names = namesIn(role);
    const unknown = names.filter((one) => !isOneOf(ROLES, one));
    if (role === '')
      refuse('role', `must be one or several of ${ROLES.join(', ')}, separated by commas, or ${ALL}`);
    else
      for (const name of unknown)
        refuse('role', `"${name}" must be one of ${ROLES.join(', ')} or ${ALL}${didYouMean(name, ROLES)}`);
    if (!isOneOf(WORKER_ACCELERATORS, accelerator))
      refuse('accelerator', `must be ${WORKER_ACCELERATORS.join(' or ')}, not ${accelerator}`);
    // Which flags apply depends on the role, so its errors come first.
    if (unknown.length > 0) return;
    if (given.slots !== undefined && !names.includes('io') && !names.includes('cpu'))
      refuse('slots', 'applies to workers with the role io or cpu only: a train worker has --trainers');
    if (!names.includes('train')) {
      for (const flag of ['accelerator', 'devices', 'trainers'] as const)
        if (given[flag] !== undefined) refuse(flag, 'applies to workers with the role train only');
      return;
    }
    if (given.devices !== undefined && accelerator !== 'gpu')
      refuse('devices', 'applies to workers with --accelerator gpu only');
    if (given.trainers !== undefined && accelerator === 'gpu')
      refuse(
        'trainers',
        'does not apply to --accelerator gpu; name a device several times instead: --devices 0,0,1',
      );
  });

/** The parsed arguments of a worker process. */
export interface WorkerArguments {
  readonly roles: readonly Role[];
  readonly accelerator: WorkerAccelerator;
  /** GPU devices, one trainer for each time that a device is named; none: several trainers on the first device. */
  readonly devices: readonly string[];
  /** Trainer processes of a CPU worker; absent: chosen by the machine's cores and memory. */
  readonly trainers?: number;
  /** Threads of the roles io and cpu that compute; absent: one a core. */
  readonly slots?: number;
  /** Absent: unversioned. */
  readonly deployment?: string;
  /** Absent: from the environment. */
  readonly home?: string;
  readonly address?: string;
  /** The process that started it says the address when there is one: until then the worker gets ready. */
  readonly addressFrom?: 'parent';
  readonly namespace?: string;
  /** Absent: no metrics. */
  readonly metrics?: MetricsPlace;
}

/**
 * Reads the flags of a worker.
 *
 * @throws InvalidInputError naming every wrong flag.
 */
export function parseWorkerFlags(flags: Readonly<Record<string, unknown>>): WorkerArguments {
  const read = parseInput(flagsSchema, { ...flags }, (name) => `--${name}`);
  const { deployment, home, address, namespace } = read;
  const metrics = metricsPlace(read['metrics-port'], read['metrics-host']);
  return {
    roles: ROLES.filter((role) => namesIn(read.role).includes(role)),
    accelerator: read.accelerator === 'gpu' ? 'gpu' : 'cpu',
    devices: read.devices?.split(',') ?? [],
    ...(read.trainers === undefined ? {} : { trainers: Number(read.trainers) }),
    ...(read.slots === undefined ? {} : { slots: Number(read.slots) }),
    ...(deployment === undefined ? {} : { deployment }),
    ...(home === undefined ? {} : { home }),
    ...(address === undefined ? {} : { address }),
    ...(read['address-from'] === undefined ? {} : { addressFrom: read['address-from'] }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(metrics === undefined ? {} : { metrics }),
  };
}

/**
 * Reads the command line of the worker program.
 *
 * @throws InvalidInputError naming every wrong flag.
 */
export function parseWorkerCommandLine(args: readonly string[]): WorkerArguments {
  const text = { type: 'string' } as const;
  try {
    const names = Object.keys(flagsSchema.shape);
    const { values } = parseArgs({
      args: [...args],
      options: Object.fromEntries(names.map((name) => [name, text])),
    });
    return parseWorkerFlags(values);
  } catch (error) {
    if (error instanceof InvalidInputError) throw error;
    throw new InvalidInputError([errorMessage(error)]);
  }
}

/** The command line that {@link parseWorkerCommandLine} reads as these flags; absent ones are left out. */
export function workerCommandLine(flags: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
}

/** The names in a list of roles. */
function namesIn(role: string): readonly string[] {
  return role.trim() === ALL ? ROLES : role.split(',').map((name) => name.trim());
}

function isOneOf(choices: readonly string[], text: string): boolean {
  return choices.includes(text);
}
