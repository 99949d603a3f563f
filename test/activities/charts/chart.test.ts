import { expect } from 'chai';

import type { Chart } from '../../../activities/charts/chart.js';
import { renderChart } from '../../../activities/charts/chart.js';
import { shadeOf } from '../../../activities/charts/colours.js';

const chart: Chart = {
  title: '<script>alert(1)</script>',
  note: '"quoted" & noted',
  x: { label: '<x>', domain: [0, 2], format: (value) => `<${value}>` },
  y: { label: '<y>', domain: [0, 1], format: (value) => `<${value}>` },
  marks: [
    {
      kind: 'line',
      points: [
        [0, 0],
        [1, 1 / 3],
      ],
      colour: 'teacher',
      dots: true,
    },
    { kind: 'bar', from: [0, 0], to: [1, 0.5], colour: 'student' },
    { kind: 'cell', from: [0, 0], to: [1, 1], level: -0.4, text: '<b>' },
    { kind: 'text', at: [1, 1], text: '<i>' },
  ],
  legend: [{ label: '<legend>', colour: 'placebo' }],
};

describe('a chart', () => {
  it('has equal bytes for equal charts, and no text of its own in its markup', () => {
    for (const frame of [undefined, { width: 300, height: 200, cursor: 1 }]) {
      const svg = renderChart(chart, frame);
      expect(renderChart(structuredCloneOf(chart), frame)).to.equal(svg);
      expect(
        svg.match(/<\/?[a-z]+/g)?.every((tag) => /^<\/?(svg|title|rect|text|path|circle)$/.test(tag)),
      ).to.equal(true);
      expect(svg).to.contain('&lt;b&gt;').and.not.contain('style=');
    }
  });

  it('names its colours as classes, with attributes for where no style sheet is', () => {
    const svg = renderChart(chart);
    expect(svg).to.match(/<path class="teacher" [^>]*stroke="#0072b2"/);
    expect(svg).to.match(/<rect class="student" [^>]*fill="#009e73"/);
    expect(svg).to.contain('role="img"').and.to.contain('<title>');
    expect([-2, -0.4, 0, 0.1, 1].map((level) => shadeOf(level).name)).to.deep.equal([
      'below-3',
      'below-1',
      'nothing',
      'nothing',
      'above-3',
    ]);
  });

  it('leaves out what its frame says, and makes room for long labels', () => {
    const long = { ...chart, y: { ...chart.y, ticks: [0.5], format: () => 'a sector of some length' } };
    const leftOf = (svg: string): number => Number(/class="axis" d="M([\d.]+)/.exec(svg)?.[1]);
    const framed = renderChart(long, { width: 600, height: 200 });
    expect(framed).not.to.contain('<title>').and.not.to.contain('&lt;legend&gt;');
    expect(leftOf(framed)).to.be.greaterThan(leftOf(renderChart(chart, { width: 600, height: 200 })));
    expect(leftOf(renderChart(long, { width: 240, height: 200 }))).to.equal(120);
  });
});

/** Functions are the same ones. */
function structuredCloneOf({ marks, ...rest }: Chart): Chart {
  return { ...rest, marks: structuredClone(marks) };
}
