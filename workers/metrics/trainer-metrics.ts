import type { Registry } from 'prom-client';
import { Gauge } from 'prom-client';

import type { ProcessMetrics } from '../../temporal-config/metrics/process-metrics.js';
import type { TrainerFigures } from '../trainer/protocol.js';
import type { TrainerName } from '../trainer/start-trainers.js';

interface Known {
  readonly trainer: TrainerName;
  readonly figures: TrainerFigures;
  /** When they came, in milliseconds. */
  readonly at: number;
}

const LABELS = ['trainer', 'device'];

/**
 * Adds figures of the trainer processes of a worker, as their messages say.
 *
 * @param now Milliseconds that only go forward.
 * @returns Takes what a trainer says of itself; undefined: it is gone, and so are its series.
 */
export function addTrainerMetrics(
  { registry, beforeAnswers }: ProcessMetrics,
  now: () => number = () => performance.now(),
): (trainer: TrainerName, figures: TrainerFigures | undefined) => void {
  const known = new Map<number, Known>();
  const gauges = gaugesIn(registry);
  beforeAnswers(async () => {
    for (const gauge of Object.values(gauges)) gauge.reset();
    for (const { trainer, figures, at } of known.values()) {
      const labels = { trainer: String(trainer.index), device: trainer.device };
      gauges.resident.set(labels, figures.residentBytes);
      gauges.heap.set(labels, figures.heapBytes);
      gauges.loopDelay.set(labels, figures.loopDelay);
      // One that says nothing more grows older: it hangs.
      if (figures.checkpointAge !== null)
        gauges.checkpointAge.set(labels, figures.checkpointAge + (now() - at) / 1000);
    }
    return Promise.resolve();
  });
  return (trainer, figures) => {
    if (figures === undefined) known.delete(trainer.index);
    else known.set(trainer.index, { trainer, figures, at: now() });
  };
}

function gaugesIn(
  registry: Registry,
): Readonly<Record<'resident' | 'heap' | 'loopDelay' | 'checkpointAge', Gauge>> {
  const gauge = (name: string, help: string): Gauge =>
    new Gauge({ name, help, labelNames: LABELS, registers: [registry] });
  return {
    resident: gauge('gurukul_trainer_resident_memory_bytes', 'Resident memory of a trainer process.'),
    heap: gauge('gurukul_trainer_heap_bytes', 'Used heap of a trainer process.'),
    loopDelay: gauge(
      'gurukul_trainer_event_loop_delay_seconds',
      'Longest that the event loop of a trainer process was held up within its last few seconds.',
    ),
    checkpointAge: gauge(
      'gurukul_checkpoint_age_seconds',
      'Seconds of the job in hand of a trainer since its last checkpoint, or since its start; absent without a job.',
    ),
  };
}
