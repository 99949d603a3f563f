import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { packageRoot } from '../../data/store/package-root.js';
import { formatPage } from './format-page.js';
import { fillPage, partsIn } from './generated/index.js';
import { allPages } from './pages.js';
import { telemetrySchemaText, writeTelemetrySchema } from './telemetry-schema.js';

/** `npm run docs`: writes the generated parts of all pages again. */
for (const page of allPages()) {
  if (partsIn(page.text).length === 0) continue;
  const text = await formatPage(fillPage(page.text));
  if (text !== page.text) writeFileSync(path.join(packageRoot, page.path), text);
  process.stdout.write(`${text === page.text ? 'current' : 'written'}  ${page.path}\n`);
}

writeTelemetrySchema(await telemetrySchemaText());
