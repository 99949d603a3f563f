/** Style of coverage.html. Colours keep a contrast of 4.5 on both grounds and are never the only sign. */
export const COVERAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --ground: #ffffff; --line: #d5dae0; --panel: #f4f6f8;
  --good: #1a7f4b; --doubt: #8a5a00; --bad: #b3261e; --cell: #e4e8ec; --there: #2f6fb3; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ed; --soft: #a4adb8; --ground: #14171b; --line: #343a42; --panel: #1d2127;
    --good: #5fce94; --doubt: #e3b341; --bad: #ff8f86; --cell: #2b3139; --there: #6cb0f5; }
}
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); max-width: 84rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1, h2 { line-height: 1.2; }
h2 { margin-top: 2rem; }
.lead { font-size: 1.1rem; }
.note { color: var(--soft); }
code { overflow-wrap: anywhere; font-size: 0.9em; }
code.short { white-space: nowrap; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 0.75rem; margin: 1rem 0; }
.tiles div { background: var(--panel); border: 1px solid var(--line); border-radius: 0.4rem; padding: 0.6rem 0.8rem; }
.tiles dt { color: var(--soft); font-size: 0.85rem; }
.tiles dd { margin: 0; font-size: 1.25rem; font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
.gates { padding-left: 1.2rem; }
.gates .error strong { color: var(--bad); }
.gates .warning strong { color: var(--doubt); }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 0.4rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: 0.35rem 0.6rem; text-align: left; vertical-align: top; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; background: var(--panel); }
tbody th { white-space: nowrap; position: sticky; left: 0; background: var(--ground); }
thead th:first-child { position: sticky; left: 0; }
td.n, td.date { white-space: nowrap; }
td.n { text-align: right; }
small { color: var(--soft); display: inline-block; min-width: 12rem; }
.verdict { white-space: nowrap; font-weight: 600; }
.complete, .usable { color: var(--good); }
.doubtful { color: var(--doubt); }
.stopped { color: var(--bad); }
.excluded, .no-bars { color: var(--soft); }
.strip { display: block; }
.shared { position: absolute; }
.cell { fill: var(--cell); }
.there { fill: var(--there); }
.line { fill: var(--ground); }
figure { margin: 1rem 0; }
figure svg { display: block; max-width: 100%; height: auto; }
figcaption { color: var(--soft); margin-top: 0.4rem; }
a { color: var(--there); }
details { margin-top: 0.75rem; }
summary { cursor: pointer; }
@media (max-width: 40rem) {
  body { padding: 1rem 0.75rem 2rem; }
  tbody th, thead th:first-child { border-right: 1px solid var(--line); }
}
`;
