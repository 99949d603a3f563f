import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { z } from 'zod';

import { packageRoot } from '../../data/store/package-root.js';

/** Histories made by released versions, a folder for each version. */
export const GOLDEN_HISTORIES = path.join(packageRoot, 'test', 'golden', 'histories');

const startSchema = z.looseObject({
  workflowType: z.looseObject({ name: z.string() }),
});
const historySchema = z.looseObject({
  events: z.array(z.looseObject({ eventType: z.string() })).min(3),
});

/** A history on disk. */
export interface GoldenHistory {
  /** `VERSION/SCENARIO.WORKFLOWTYPE.STATUS.json`. */
  readonly file: string;
  readonly workflowType: string;
  /** Type of its last event, without its prefix: `WORKFLOW_EXECUTION_COMPLETED`. */
  readonly end: string;
  readonly json: z.output<typeof historySchema>;
  readonly history: History;
}

/** All golden histories, sorted by file. */
export function readGoldenHistories(): GoldenHistory[] {
  return readdirSync(GOLDEN_HISTORIES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const json = historySchema.parse(JSON.parse(readFileSync(path.join(GOLDEN_HISTORIES, file), 'utf8')));
      const start = startSchema.parse(json.events[0]?.['workflowExecutionStartedEventAttributes']);
      return {
        file,
        workflowType: start.workflowType.name,
        end: (json.events.at(-1)?.eventType ?? '').replace('EVENT_TYPE_', ''),
        json,
        history: historyFromJSON(json),
      };
    });
}

/** Version of the package, which names the folder of its histories. */
export function packageVersion(): string {
  const content: unknown = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8'));
  return z.looseObject({ version: z.string() }).parse(content).version;
}
