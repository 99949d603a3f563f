import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { withoutSecrets } from '../../data/secrets/secrets.js';

/** A graphics device as its driver reports it. */
export interface Device {
  /** Its place on the bus, as in CUDA_VISIBLE_DEVICES with {@link DEVICE_ENV}. */
  readonly index: string;
  readonly name: string;
  readonly totalMib: number;
  readonly freeMib: number;
  readonly uuid: string;
  readonly driver: string;
  /** Share of the last moments in which it computed, 0 to 1; NaN where its driver does not say. */
  readonly utilisation: number;
}

/**
 * By default CUDA numbers devices by speed. This makes it number them by place, as nvidia-smi does: otherwise
 * `--devices 0` could mean another device than the one listed as 0, on a machine with two kinds of them.
 */
export const DEVICE_ENV = { CUDA_DEVICE_ORDER: 'PCI_BUS_ID' } as const;

const QUERY = [
  '--query-gpu=index,name,memory.total,memory.free,uuid,driver_version,utilization.gpu',
  '--format=csv,noheader,nounits',
];

/** The NVIDIA devices of this machine; none where there is no driver. */
export async function listDevices(): Promise<Device[]> {
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', QUERY, {
      timeout: 30_000,
      env: withoutSecrets(process.env),
    });
    return parseDevices(stdout);
  } catch {
    return [];
  }
}

/** Lines `0, NVIDIA H100, 81559, 80995, GPU-5f0c…, 580.159.04, 37`. */
export function parseDevices(text: string): Device[] {
  return text
    .split('\n')
    .map((line) => line.split(',').map((part) => part.trim()))
    .flatMap(([index = '', name = '', total = '', free = '', uuid = '', driver = '', percent = '']) =>
      index === ''
        ? []
        : [
            {
              ...{ index, name, uuid, driver, totalMib: Number(total), freeMib: Number(free) },
              utilisation: percent === '' ? NaN : Number(percent) / 100,
            },
          ],
    );
}

/**
 * The one device that a trainer process gets, as in CUDA_VISIBLE_DEVICES: the one it was given, else the
 * first that the environment lets it see. TensorFlow.js would take the last of several.
 *
 * @param visible CUDA_VISIBLE_DEVICES of this process; empty hides all.
 */
export function onlyDevice(
  device: string | undefined,
  visible = process.env['CUDA_VISIBLE_DEVICES'],
): string {
  return device ?? visible?.split(',')[0]?.trim() ?? '0';
}

/** The device that CUDA_VISIBLE_DEVICES names by its index or UUID. */
export function deviceOf(devices: readonly Device[], visible: string): Device | undefined {
  return devices.find(({ index, uuid }) => index === visible || (visible !== '' && uuid.startsWith(visible)));
}

/** The devices that the environment lets this process see. @param visible CUDA_VISIBLE_DEVICES. */
export function visibleDevices(
  devices: readonly Device[],
  visible = process.env['CUDA_VISIBLE_DEVICES'],
): Device[] {
  if (visible === undefined) return [...devices];
  return visible.split(',').flatMap((name) => deviceOf(devices, name.trim()) ?? []);
}
