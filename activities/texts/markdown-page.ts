import MarkdownIt from 'markdown-it';

import { escapeMarkup } from './html.js';

/** No markup passes through, and no address becomes a link. */
const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });
// The texts of a bundle have no links and no images: what looks like one was written by somebody else.
markdown.disable(['link', 'image', 'autolink', 'reference']);

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; color: #1b1f24; background: #fff; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.2; }
table { border-collapse: collapse; display: block; overflow-x: auto; margin: 1rem 0; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid #d5dae0; padding: 0.35rem 0.6rem; text-align: left; vertical-align: top; }
code { overflow-wrap: anywhere; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(24rem, 1fr)); gap: 1rem; }
.plots svg { width: 100%; height: auto; border: 1px solid #d5dae0; }
@media (prefers-color-scheme: dark) {
  body { color: #e6e9ed; background: #14171b; }
  th, td { border-color: #3a4149; }
  .plots svg { background: #fff; }
}
`;

/**
 * A self-contained page of a Markdown text.
 *
 * @param plots SVG documents, shown at the end.
 */
export function renderMarkdownPage(title: string, text: string, plots: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${markdown.render(text)}<h2>Plots</h2>
<div class="plots">
${plots.join('\n')}</div>
</body>
</html>
`;
}
