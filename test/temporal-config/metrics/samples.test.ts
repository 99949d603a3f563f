import { expect } from 'chai';
import fc from 'fast-check';
import { Gauge, Registry } from 'prom-client';

import { parseSamples } from '../../../temporal-config/metrics/samples.js';

describe('samples of the Prometheus format', () => {
  it('are what was exported, whatever the labels say', async () => {
    const label = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\r'));
    const value = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(Infinity, -Infinity));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(label, value, { minKeys: 1, noNullPrototype: true }), async (values) => {
        const registry = new Registry();
        const gauge = new Gauge({
          name: 'a_gauge_bytes',
          help: 'A\nhelp with "quotes" {and} braces.',
          labelNames: ['of', 'kind'],
          registers: [registry],
        });
        for (const [of, one] of Object.entries(values)) gauge.set({ of, kind: '}"\\' }, one);
        const found = parseSamples(await registry.metrics());
        expect(found.map(({ name }) => name)).to.deep.equal(Object.keys(values).map(() => 'a_gauge_bytes'));
        expect(new Map(found.map(({ labels, value: one }) => [labels['of'], one + 0]))).to.deep.equal(
          new Map(Object.entries(values).map(([of, one]) => [of, one + 0])),
        );
        expect(new Set(found.map(({ labels }) => labels['kind']))).to.deep.equal(new Set(['}"\\']));
      }),
    );
  });

  it('are those that are wanted, with or without labels', () => {
    const text = '# HELP a x\n# TYPE a gauge\na 1\nb{x="1"} 2.5e3 1700000000\n\nhalf a line\nc{} 3\n';
    expect(parseSamples(text, (name) => name !== 'a')).to.deep.equal([
      { name: 'b', labels: { x: '1' }, value: 2500 },
      { name: 'half', labels: {}, value: NaN },
      { name: 'c', labels: {}, value: 3 },
    ]);
  });
});
