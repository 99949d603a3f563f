import { Gauge } from 'prom-client';

import type { ProcessMetrics } from '../../temporal-config/metrics/process-metrics.js';
import type { Device } from '../tensor/devices.js';
import { deviceOf, listDevices, onlyDevice } from '../tensor/devices.js';

const BYTES_A_MIB = 1024 * 1024;
const LABELS = ['gpu', 'model'];

/**
 * Adds the memory and the use of the GPUs that a train worker trains on, as the driver has them: what other programs
 * use of them counts as well.
 *
 * @param devices As `--devices` names them; none: the first that this process may see.
 * @param list The devices of this machine.
 */
export function addGpuMetrics(
  { registry, beforeAnswers }: ProcessMetrics,
  devices: readonly string[],
  list: () => Promise<readonly Device[]> = listDevices,
): void {
  const registers = [registry];
  const used = new Gauge({
    name: 'gurukul_gpu_memory_used_bytes',
    help: 'Memory of a GPU that is in use, by any program.',
    ...{ labelNames: LABELS, registers },
  });
  const total = new Gauge({
    name: 'gurukul_gpu_memory_total_bytes',
    help: 'Memory of a GPU.',
    ...{ labelNames: LABELS, registers },
  });
  const utilisation = new Gauge({
    name: 'gurukul_gpu_utilisation_ratio',
    help: 'Share of the last moments in which a GPU computed, 0 to 1.',
    ...{ labelNames: LABELS, registers },
  });
  const wanted = devices.length > 0 ? devices : [onlyDevice(undefined)];
  beforeAnswers(async () => {
    const found = await list();
    for (const gauge of [used, total, utilisation]) gauge.reset();
    for (const name of new Set(wanted)) {
      const device = deviceOf(found, name);
      if (device === undefined) continue;
      const labels = { gpu: device.index, model: device.name };
      used.set(labels, (device.totalMib - device.freeMib) * BYTES_A_MIB);
      total.set(labels, device.totalMib * BYTES_A_MIB);
      if (!Number.isNaN(device.utilisation)) utilisation.set(labels, device.utilisation);
    }
  });
}
