import { patched } from '@temporalio/workflow';

import type { RunStatus } from '../../data/schemas/run-status.js';
import { meta } from '../shared/activities.js';
import { summaryText } from '../shared/markdown.js';

/** Records a run's status on disk, one record after the other: two at once could arrive in the wrong order. */
export class StatusRecorder {
  private recording: Promise<void> | undefined;

  /** Resolves when the status is on disk. @param message What the run is doing, in one sentence. */
  async record(status: RunStatus, message: string): Promise<void> {
    const recording = recordAfter(this.recording, status, message);
    this.recording = recording;
    try {
      await recording;
    } finally {
      if (this.recording === recording) this.recording = undefined;
    }
  }
}

async function recordAfter(
  before: Promise<void> | undefined,
  status: RunStatus,
  message: string,
): Promise<void> {
  if (before !== undefined) await afterTurnOf(before);
  await meta.recordStatus.executeWithOptions({ summary: summaryText(`${status.phase}: ${message}`) }, [
    { status, message },
  ]);
}

async function afterTurnOf(recording: Promise<void>): Promise<void> {
  // Runs of earlier versions keep recording at once.
  if (!patched('record-status-in-turn')) return;
  await recording.catch(() => undefined);
}
