import type { ComponentChildren } from 'preact';

import type { WorkerFigures, WorkerProcess } from '../../contract/training.js';
import { NONE, bytesText, decimals, percentText } from '../../figures/texts.js';
import { DataTable } from '../parts/data-table.js';

/** What worker processes say of themselves: slots, memory, event loop, their trainers and GPUs. */
export function WorkerProcesses({
  processes,
}: {
  readonly processes: readonly WorkerProcess[];
}): ComponentChildren {
  const trainers = processes.flatMap((process) =>
    (process.figures?.trainers ?? []).map((trainer) => ({ process: processName(process), ...trainer })),
  );
  const gpus = processes.flatMap((process) =>
    (process.figures?.gpus ?? []).map((gpu) => ({ host: process.host, ...gpu })),
  );
  return (
    <>
      <DataTable
        caption="Worker processes"
        rows={processes}
        keyOf={processName}
        empty="none that exports metrics"
        columns={[
          { name: 'process', cell: processName },
          { name: 'slots in use', cell: ({ figures }) => slotsText(figures) },
          { name: 'memory', number: true, cell: ({ figures }) => bytesText(figures?.residentBytes) },
          {
            name: 'event loop held up',
            number: true,
            cell: ({ figures }) => secondsText(figures?.loopDelay),
          },
        ]}
      />
      {trainers.length > 0 && (
        <DataTable
          caption="Trainers"
          rows={trainers}
          keyOf={({ process, trainer }) => `${process}/${trainer}`}
          columns={[
            { name: 'process', cell: ({ process }) => process },
            { name: 'trainer', number: true, cell: ({ trainer }) => trainer },
            { name: 'device', cell: ({ device }) => (device === 'cpu' ? device : `GPU ${device}`) },
            { name: 'memory', number: true, cell: ({ residentBytes }) => bytesText(residentBytes) },
            { name: 'event loop held up', number: true, cell: ({ loopDelay }) => secondsText(loopDelay) },
            {
              name: 'since its last checkpoint',
              number: true,
              cell: ({ checkpointAge }) => (checkpointAge === null ? 'idle' : secondsText(checkpointAge)),
            },
          ]}
        />
      )}
      {gpus.length > 0 && (
        <DataTable
          caption="GPUs"
          rows={gpus}
          keyOf={({ host, gpu }) => `${host}/${gpu}`}
          columns={[
            { name: 'GPU', cell: ({ host, gpu, model }) => `${model}, ${gpu} of ${host}` },
            { name: 'memory in use', number: true, cell: ({ usedBytes }) => bytesText(usedBytes) },
            { name: 'memory', number: true, cell: ({ totalBytes }) => bytesText(totalBytes) },
            { name: 'busy', number: true, cell: ({ utilisation }) => percentText(utilisation, 0) },
          ]}
        />
      )}
    </>
  );
}

function processName({ name, host, pid }: WorkerProcess): string {
  return `${name}, ${pid}@${host}`;
}

function slotsText(figures: WorkerFigures | null): string {
  if (figures === null) return 'does not answer';
  return figures.slots
    .map(({ queue, kind, used, free }) => `${queue} ${kind}: ${used} of ${used + free}`)
    .join('; ');
}

function secondsText(seconds: number | null | undefined): string {
  return seconds === null || seconds === undefined ? NONE : `${decimals(seconds, seconds < 10 ? 2 : 0)} s`;
}
