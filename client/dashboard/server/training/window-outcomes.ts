import { z } from 'zod';

import type { Home } from '../../../../data/store/home.js';
import { fileSize, readSlice } from '../../../../data/store/files.js';
import { parseJsonLines } from '../../../../data/store/json-lines.js';

const lineSchema = z.looseObject({
  window: z.string(),
  status: z.string().optional(),
  error: z.string().nullish(),
  reason: z.string().nullish(),
  message: z.string().nullish(),
});

/** How a window ended, as its last line has it. */
export interface EndedWindow {
  readonly status: 'succeeded' | 'skipped' | 'failed';
  readonly reason: string;
}

const NEWLINE = 0x0a;

/** The ended windows of one run, read on from where the last reading ended. */
export class WindowOutcomes {
  private readonly byWindow = new Map<string, EndedWindow>();
  private read = 0;

  constructor(
    private readonly home: Home,
    private readonly runId: string,
  ) {}

  /** Reads what was added to `teacher_runs.jsonl`; a file that is shorter than before begins again. */
  async update(): Promise<ReadonlyMap<string, EndedWindow>> {
    const file = this.home.teacherRuns(this.runId);
    const size = await fileSize(file);
    if (size < this.read) {
      this.read = 0;
      this.byWindow.clear();
    }
    if (size === this.read) return this.byWindow;
    const added = await readSlice(file, this.read, size);
    // A line that is being written is read when it is whole.
    const end = added.lastIndexOf(NEWLINE) + 1;
    this.read += end;
    for (const line of parseJsonLines(added.subarray(0, end).toString('utf8'), lineSchema))
      this.byWindow.set(line.window, endedWindow(line));
    return this.byWindow;
  }
}

function endedWindow({ status, error, reason, message }: z.output<typeof lineSchema>): EndedWindow {
  if (status === 'skipped') return { status, reason: texts(reason ?? error, message) };
  if (status === 'failed') return { status, reason: texts(error ?? reason, message) };
  return { status: 'succeeded', reason: '' };
}

function texts(...parts: readonly (string | null | undefined)[]): string {
  return parts.filter((part) => part !== null && part !== undefined && part !== '').join(': ');
}
