import { expect } from 'chai';

import { telemetryLineSchema } from '../../data/schemas/telemetry-line.js';
import { readPage } from './pages.js';
import { publishedTelemetrySchema, telemetrySchemaText } from './telemetry-schema.js';

describe('the published schema of telemetry', () => {
  it('is what `npm run docs` writes', async () => {
    expect(publishedTelemetrySchema()).to.equal(await telemetrySchemaText());
  });

  it('has the events of the page, and the page those of the schema', () => {
    const documented = readPage('docs/reference/telemetry.md')
      .text.split('\n')
      .flatMap((line) => /^\| `(\w+)` /.exec(line)?.[1] ?? []);
    const names = telemetryLineSchema.options.flatMap(({ shape }) => [...shape.event.values]);
    expect(documented.sort()).to.deep.equal([...names].sort());
  });
});
