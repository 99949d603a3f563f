import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { z } from 'zod';

import { GurukulError, InvalidInputError, errorMessage } from '../../data/errors.js';
import { parseInput } from '../../data/schemas/parse-input.js';
import { safeMessage, safeText } from '../../data/text/safe-text.js';
import { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { listDevices, visibleDevices } from '../tensor/devices.js';
import type { TrainerOptions } from '../trainer/supervisor.js';
import { describeCheck, describeDevices } from './describe.js';
import { compareProbabilities, isWithinTolerance } from './parity.js';
import type { TrainedCohort } from './trial-cohort.js';
import { storeCohort, trainCohort } from './trial-cohort.js';

const HELP = `Checks the tensor backends of this machine: \`npm run check:gpu\`.

Trains one cohort of synthetic windows on the CPU and on every NVIDIA device, each with a trainer process
like a worker's, and compares probabilities and speed.

  --cpu          compare the native CPU library with WebAssembly instead: needs no device
  --windows N    windows to train (default 32, at most 96)
  --json         end with one line of JSON
  --help         this

Exit status: 0 all backends agree within the tolerance, 1 they do not or one failed, 2 nothing to compare
here (no device, no native library) or a wrong flag.
`;

const EXIT = { ok: 0, failed: 1, nothingToCompare: 2 } as const;

const flagsSchema = z.strictObject({
  cpu: z.boolean().default(false),
  windows: z.coerce.number().int().min(2).max(96).default(32),
  json: z.boolean().default(false),
  help: z.boolean().default(false),
});

type Backend = Pick<TrainerOptions, 'accelerator' | 'device' | 'backend'> & { readonly name: string };

async function main(): Promise<number> {
  const flags = readFlags();
  if (flags.help) {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  const devices = visibleDevices(await listDevices());
  if (!flags.cpu) process.stdout.write(describeDevices(devices));
  if (!flags.cpu && devices.length === 0) return EXIT.nothingToCompare;
  const native: Backend = { name: 'cpu', accelerator: 'cpu' };
  const others: Backend[] = flags.cpu
    ? [{ name: 'wasm', accelerator: 'cpu', backend: 'wasm' }]
    : devices.map(({ index }) => ({ name: `gpu-${index}`, accelerator: 'gpu', device: index }));
  const folder = await mkdtemp(path.join(tmpdir(), 'gurukul-check-'));
  try {
    const cohort = await storeCohort(new Home(folder), packageRoot, flags.windows);
    const train = ({ name, ...backend }: Backend): Promise<TrainedCohort> =>
      trainCohort(cohort, name, { packageRoot, log: QUIET, ...backend });
    const first = await train(native);
    if (first.backend.name !== 'tensorflow') {
      process.stdout.write(
        `There is no native library here (${first.backend.fallbackReason ?? 'unknown'}), so nothing to compare WebAssembly with: run npm run setup.\n`,
      );
      return EXIT.nothingToCompare;
    }
    const trained = [first];
    for (const other of others) trained.push(await train(other));
    const parities = trained.map(({ predictions }) => compareProbabilities(first.predictions, predictions));
    const onDevice = flags.cpu || trained.slice(1).every(({ backend }) => backend.device === 'gpu');
    const ok = onDevice && parities.every(isWithinTolerance);
    process.stdout.write(describeCheck(trained, parities, { ok, onDevice }));
    if (flags.json)
      process.stdout.write(
        `${JSON.stringify({
          ok,
          devices,
          backends: trained.map(({ backend, seconds, windowsPerMinute }, index) => ({
            ...backend,
            seconds,
            windowsPerMinute,
            parity: parities[index],
          })),
        })}\n`,
      );
    return ok ? EXIT.ok : EXIT.failed;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const QUIET: TrainerOptions['log'] = {
  debug: () => undefined,
  info: () => undefined,
  warn: (_, message) => void process.stderr.write(`trainer: ${safeText(message)}\n`),
};

/** @throws InvalidInputError naming every wrong flag. */
function readFlags(): z.output<typeof flagsSchema> {
  const options = {
    cpu: { type: 'boolean' },
    windows: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  let values: object;
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    throw new InvalidInputError([errorMessage(error)]);
  }
  return parseInput(flagsSchema, { ...values }, (name) => `--${name}`);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${safeMessage(`error: ${errorMessage(error)}`)}\n`);
  const refused = error instanceof GurukulError && error.type === 'InvalidInput';
  process.exitCode = refused ? EXIT.nothingToCompare : EXIT.failed;
}
