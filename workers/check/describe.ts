import type { Device } from '../tensor/devices.js';
import type { Parity } from './parity.js';
import { PARITY_TOLERANCE } from './parity.js';
import type { TrainedCohort } from './trial-cohort.js';

/** The devices, or what to do where there is none. */
export function describeDevices(devices: readonly Device[]): string {
  if (devices.length === 0)
    return `There is no NVIDIA device here: nvidia-smi is missing or lists none, or CUDA_VISIBLE_DEVICES hides
them. On a machine that should have one, install its driver and run npm run setup again. npm run check:gpu -- --cpu compares the
backends that this machine has.
`;
  const lines = devices.map(
    ({ index, name, totalMib, freeMib }) =>
      `  ${index}  ${name}, ${totalMib} MiB of memory, ${freeMib} MiB of it free`,
  );
  return `Devices\n${lines.join('\n')}\n\n`;
}

/** The backends side by side; the others are compared with the first. */
export function describeCheck(
  trained: readonly TrainedCohort[],
  parities: readonly Parity[],
  { ok, onDevice }: { readonly ok: boolean; readonly onDevice: boolean },
): string {
  const blocks = trained.map(({ backend, seconds, windowsPerMinute }, index) => {
    const parity = parities[index];
    const compared =
      index === 0 || parity === undefined
        ? 'the others are compared with this one'
        : `${parity.rows} probabilities: largest difference ${parity.largest.toExponential(1)}, mean ${parity.mean.toExponential(1)}`;
    return `${backend.id}
  on              ${backend.gpu ?? backend.device}
  speed           ${Math.round(windowsPerMinute)} windows per minute, prior included
  seconds         ${seconds.start.toFixed(1)} to start, ${seconds.prior.toFixed(1)} for the prior with its features, ${seconds.windows.toFixed(1)} for the windows
  parity          ${compared}
`;
  });
  const verdict = ok
    ? `All agree within ${PARITY_TOLERANCE}.`
    : onDevice
      ? `They do NOT agree within ${PARITY_TOLERANCE}: do not train on the other backend.`
      : 'TensorFlow did NOT use the device: gurukul doctor says why, and npm run setup installs what may be missing.';
  return `${blocks.join('\n')}\n${verdict}\n`;
}
