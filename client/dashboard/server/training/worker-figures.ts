import type { Sample } from '../../../../temporal-config/metrics/samples.js';
import { parseSamples } from '../../../../temporal-config/metrics/samples.js';
import type { WorkerFigures } from '../../contract/training.js';

const RESIDENT = 'process_resident_memory_bytes';
const LOOP_DELAY = 'gurukul_event_loop_delay_seconds';
const FREE = 'temporal_worker_task_slots_available';
const USED = 'temporal_worker_task_slots_used';
const TRAINER = {
  residentBytes: 'gurukul_trainer_resident_memory_bytes',
  loopDelay: 'gurukul_trainer_event_loop_delay_seconds',
  checkpointAge: 'gurukul_checkpoint_age_seconds',
} as const;
const GPU = {
  usedBytes: 'gurukul_gpu_memory_used_bytes',
  totalBytes: 'gurukul_gpu_memory_total_bytes',
  utilisation: 'gurukul_gpu_utilisation_ratio',
} as const;
const SHOWN: ReadonlySet<string> = new Set([
  ...[RESIDENT, LOOP_DELAY, FREE, USED],
  ...[...Object.values(TRAINER), ...Object.values(GPU)],
]);
/** The SDK's names of what slots are for, those that workers of this program use. */
const KINDS = { ActivityWorker: 'activities', WorkflowWorker: 'workflow tasks' } as const;

/** What the metrics of a worker process say of it. @param text Of the Prometheus format. */
export function workerFigures(text: string): WorkerFigures {
  const samples = parseSamples(text, (name) => SHOWN.has(name));
  const value = (name: string, labels: Sample['labels'] = {}): number | null =>
    samples.find((sample) => sample.name === name && hasLabels(sample, labels))?.value ?? null;
  return {
    residentBytes: value(RESIDENT),
    loopDelay: value(LOOP_DELAY),
    slots: samples
      .filter(({ name }) => name === FREE)
      .flatMap(({ labels, value: free }) => {
        const { task_queue: queue = '', worker_type: type = '' } = labels;
        const used = value(USED, { task_queue: queue, worker_type: type }) ?? 0;
        return isKind(type) ? [{ queue, kind: KINDS[type], used, free }] : [];
      }),
    trainers: samples
      .filter(({ name }) => name === TRAINER.residentBytes)
      .map(({ labels: { trainer = '', device = '' } }) => ({
        ...{ trainer, device },
        residentBytes: value(TRAINER.residentBytes, { trainer }),
        loopDelay: value(TRAINER.loopDelay, { trainer }),
        checkpointAge: value(TRAINER.checkpointAge, { trainer }),
      })),
    gpus: samples
      .filter(({ name }) => name === GPU.totalBytes)
      .map(({ labels: { gpu = '', model = '' } }) => ({
        ...{ gpu, model },
        usedBytes: value(GPU.usedBytes, { gpu }),
        totalBytes: value(GPU.totalBytes, { gpu }),
        utilisation: value(GPU.utilisation, { gpu }),
      })),
  };
}

function hasLabels(sample: Sample, labels: Sample['labels']): boolean {
  return Object.entries(labels).every(([name, value]) => sample.labels[name] === value);
}

function isKind(type: string): type is keyof typeof KINDS {
  return type in KINDS;
}
