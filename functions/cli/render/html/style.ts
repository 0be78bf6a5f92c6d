/** The page's style sheet. It has no fonts, images or URLs: the page loads nothing. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f5f7; --card: #fff; --line: #dcdfe4; --text: #1b1f24; --soft: #59636e; --code: #eef0f3;
  --fail: #b3201c; --fail-tint: #fdebe9; --inconclusive: #805400; --inconclusive-tint: #fdf1d3;
  --waived: #0b5f86; --waived-tint: #e0f1fa; --pass: #1a6f34; --pass-tint: #e3f5e7;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #0e1116; --card: #171b21; --line: #2f363f; --text: #e4e8ed; --soft: #9aa4b0; --code: #222831;
    --fail: #ff8f87; --fail-tint: #3d1b1a; --inconclusive: #f0bd55; --inconclusive-tint: #362a0f;
    --waived: #79c7ee; --waived-tint: #10303f; --pass: #6fd08a; --pass-tint: #13301c;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text); overflow-wrap: anywhere;
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
header, main, footer { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.75rem; }
h1, h2, h3, p, dl, dd, ul, ol { margin: 0; padding: 0; }
h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -.01em; }
h2 { font-size: 1.1rem; margin: 2.25rem 0 .75rem; }
h3 { font-size: 1rem; line-height: 1.4; }
ul, ol { list-style: none; }
code { font: .86em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; }
/* What came from outside keeps its writing direction to itself. */
bdi, code { unicode-bidi: isolate; }
a { color: inherit; }
abbr { text-decoration: none; }
.soft, dt { color: var(--soft); }
dt { white-space: nowrap; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.15rem; }
.card + .card { margin-top: .75rem; }
.fail { --ink: var(--fail); --tint: var(--fail-tint); }
.inconclusive { --ink: var(--inconclusive); --tint: var(--inconclusive-tint); }
.waived { --ink: var(--waived); --tint: var(--waived-tint); }
.pass { --ink: var(--pass); --tint: var(--pass-tint); }
.mark {
  display: inline-block; min-width: 1.5em; padding: 0 .3em; border-radius: .35em; text-align: center; font-weight: 700;
  color: var(--ink, var(--soft)); background: var(--tint, transparent); text-decoration: none;
}
a.mark:hover, a.mark:focus-visible { outline: 2px solid var(--ink); }
.tag { font-size: .78rem; padding: .1em .55em; border-radius: 1em; color: var(--ink); background: var(--tint); white-space: nowrap; }

.sum { margin: .9rem 0 .8rem; display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: baseline; font-size: 1.05rem; }
.bar { display: block; width: 100%; height: .5rem; border-radius: .25rem; }
.bar .pass { fill: #2da44e; } .bar .fail { fill: #d63a34; } .bar .inconclusive { fill: #d9a21b; } .bar .waived { fill: #3a97c9; }
.run { display: flex; flex-wrap: wrap; gap: .2rem 1.6rem; margin-top: .8rem; font-size: .88rem; }
.run div { display: flex; gap: .45rem; }

.grid { border-collapse: collapse; table-layout: fixed; width: 100%; }
.grid thead { position: sticky; top: 0; background: var(--card); z-index: 1; }
.grid thead th { font-weight: 400; font-size: .8rem; color: var(--soft); vertical-align: bottom; padding: .3rem 0; width: 2.3rem; }
.grid thead abbr { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; cursor: help; }
.grid tbody th { text-align: left; font-weight: 500; padding: .15rem .75rem .15rem 0; }
.grid td { text-align: center; padding: .15rem 0; }
.grid .mark { margin: 0 auto; }
.grid tbody tr { border-top: 1px solid var(--line); }
.grid tbody tr:hover { background: var(--code); }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin-top: .9rem; font-size: .88rem; }
.hide { display: flex; gap: .45rem; align-items: center; font-size: .88rem; margin-bottom: .5rem; }
.picture:has(#open-only:checked) tr.fine { display: none; }

.answers { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .75rem; margin-top: 1.25rem; }
.answers .card { margin: 0; border-top: .2rem solid var(--ink); padding: .7rem 1rem .8rem; }
.answer h2 { margin: 0; font-size: 1rem; }
.answer p { font-weight: 600; margin-top: .3rem; }
.answer li { font-size: .88rem; margin-top: .2rem; color: var(--soft); }
.answer a { color: var(--text); }
header > .soft { margin-top: .5rem; }
.lead { margin: -.4rem 0 .7rem; }
.wide { overflow-x: auto; }
.who { table-layout: auto; }
.who .up { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 12rem; overflow: clip; text-align: left; }
.who thead { position: static; }
.who tbody th { min-width: 8rem; width: 100%; vertical-align: top; }
.who td { vertical-align: top; padding: .15rem .1rem; }
.who summary { padding: 0; }
.says { display: inline-block; text-align: center; min-width: 2.6em; white-space: nowrap; padding: 0 .3em; border-radius: .35em; font-size: .86rem; color: var(--ink, var(--soft)); background: var(--tint, transparent); }
.says.fail { font-weight: 700; }
.where { margin: .35rem 0; }
.dates thead th:first-child { width: 24%; }
.dates thead th:nth-child(2) { width: 46%; }
.dates time { white-space: nowrap; }

.finding { border-left: .3rem solid var(--ink); overflow: clip; scroll-margin-top: .75rem; }
.finding:target { outline: 2px solid var(--ink); }
.finding h3 { display: flex; flex-wrap: wrap; gap: .1rem .55rem; align-items: baseline; }
.finding h3 .what { font-weight: 500; }
.finding > p { margin-top: .5rem; }
.cure { padding: .55rem .8rem; border-radius: .4rem; background: var(--code); }
.cure b, .wait b { margin-right: .35em; }
.checks { margin-top: .7rem; border-top: 1px solid var(--line); }
details + details { border-top: 1px solid var(--line); }
summary { padding: .35rem 0; cursor: pointer; }
summary:hover { background: var(--code); }
details > .body { padding: .2rem 0 .8rem 1.15rem; }
div.body > * + * { margin-top: .5rem; }
.try { display: block; padding: .5rem .75rem; border-radius: .4rem; background: var(--code); white-space: pre-wrap; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .15rem .9rem; font-size: .9rem; }
.evidence li { padding: .3rem 0; border-top: 1px dotted var(--line); font-size: .9rem; }
.evidence .soft { display: block; font-size: .84rem; }

.list { border-collapse: collapse; width: 100%; table-layout: fixed; }
.list th { text-align: left; font-weight: 500; vertical-align: top; padding: .5rem .75rem .5rem 0; }
.list thead th { color: var(--soft); font-size: .85rem; padding-top: 0; }
.list thead th:first-child { width: 32%; }
.list thead th:nth-child(2) { width: 26%; }
.list td { vertical-align: top; padding: .5rem .75rem .5rem 0; }
.list tbody tr { border-top: 1px solid var(--line); }
.list small { display: block; color: var(--soft); }
.gaps li + li { margin-top: .4rem; }
footer { padding: 2rem 1.25rem 2.5rem; color: var(--soft); font-size: .85rem; }

@media (max-width: 46rem) {
  header, main, footer { padding-left: .75rem; padding-right: .75rem; }
  .card { padding: .8rem .75rem; }
  .answers { grid-template-columns: minmax(0, 1fr); }
  .dates time { white-space: normal; }
  h1 { font-size: 1.4rem; }
  /* The name above its marks: as many columns as there are fit without scrolling. */
  .picture .grid, .picture .grid thead, .picture .grid tbody { display: block; }
  .picture .grid tr { display: flex; flex-wrap: wrap; padding: .25rem 0; }
  .picture .grid tbody th { flex: 0 0 100%; padding-bottom: 0; }
  .picture .grid td, .picture .grid thead th { flex: 1 1 1px; min-width: 0; overflow: clip; width: auto; text-align: center; }
  .picture .grid thead tr { align-items: flex-end; }
  .picture .grid thead td { display: none; }
  .grid .mark { min-width: 0; width: 1.35em; padding: 0; }
}
@media print {
  :root { --page: #fff; }
  body { font-size: 10pt; }
  header, main, footer { max-width: none; padding-left: 0; padding-right: 0; }
  .hide { display: none; }
  .grid thead { position: static; }
  .finding, .list tr, .grid tr { break-inside: avoid; }
  h2, h3, summary { break-after: avoid; }
  .mark, .tag, .bar, .finding, .cure, .try { print-color-adjust: exact; }
  /* Paper cannot be opened: the evidence of findings is on it, what passed is not. */
  .finding details::details-content { content-visibility: visible; display: block; }
  .passing { display: none; }
}
`;
