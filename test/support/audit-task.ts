import type { AuditTask } from '../../activities/audit/index.js';

/** The activity that a bundle is written for, as a server could name it. */
export const AUDIT_TASK: AuditTask = { workflowId: 'train/test', scheduledMs: Date.UTC(2024, 0, 2, 10) };
