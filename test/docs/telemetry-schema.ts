import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { format, resolveConfig } from 'prettier';
import { z } from 'zod';

import { telemetryLineSchema } from '../../data/schemas/telemetry-line.js';
import { packageRoot } from '../../data/store/package-root.js';

const FILE = path.join(packageRoot, 'docs', 'reference', 'telemetry.schema.json');

/** The published schema of a line of telemetry, as JSON Schema. */
export async function telemetrySchemaText(): Promise<string> {
  const schema = { title: 'A line of telemetry', ...z.toJSONSchema(telemetryLineSchema, { io: 'input' }) };
  const options = await resolveConfig(FILE);
  return format(JSON.stringify(schema), { ...options, parser: 'json' });
}

/** As it lies in docs/reference. */
export function publishedTelemetrySchema(): string {
  return readFileSync(FILE, 'utf8');
}

export function writeTelemetrySchema(text: string): void {
  writeFileSync(FILE, text);
}
