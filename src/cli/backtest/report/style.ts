/** The page's look, light and dark. Colours after Okabe and Ito, which people with any colour vision can tell apart; ours is the loudest. */

const light = {
  slo: '#c8430a',
  'target-tracking': '#0067a5',
  'target-tracking-20s': '#3d9bd6',
  step: '#9a6a00',
  hpa: '#00805e',
  keda: '#a24d80',
  predictive: '#6a5acd',
  static: '#6f6f6f',
}

const dark: typeof light = {
  slo: '#ff7a3d',
  'target-tracking': '#4aa3e0',
  'target-tracking-20s': '#8fd0fa',
  step: '#e0b040',
  hpa: '#2fc397',
  keda: '#e089bd',
  predictive: '#a99cff',
  static: '#a8a8a8',
}

const colours = (palette: typeof light): string =>
  Object.entries(palette)
    .map(([policy, colour]) => `.p-${policy}{--c:${colour}}`)
    .join('')

export const style = `
:root{color-scheme:light dark;--paper:#fdfcfa;--ink:#1c1b19;--soft:#6b675f;--rule:#e4e0d8;--load:#d9d5cc;--mark:#f3ead2}
@media(prefers-color-scheme:dark){:root{--paper:#171614;--ink:#eceae4;--soft:#a09b90;--rule:#34322e;--load:#3a3833;--mark:#2b2619}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 Inter,ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1160px;margin:0 auto;padding:40px 20px 72px}
article+article{margin-top:88px;padding-top:48px;border-top:1px solid var(--rule)}
.eyebrow{margin:0;color:var(--soft);font-size:13px;letter-spacing:.06em;text-transform:uppercase}
h1,h2.history{margin:6px 0 0;font-size:34px;line-height:1.15;letter-spacing:-.02em;font-weight:650;overflow-wrap:anywhere}
.finding{margin:14px 0 0;font-size:20px;line-height:1.4;max-width:52em;text-wrap:balance}
.facts,.note{margin:8px 0 0;color:var(--soft);font-size:14px;max-width:60em}
h2,h3{margin:52px 0 0;font-size:19px;line-height:1.3;letter-spacing:-.01em;font-weight:650}
h2+.note,h3+.note{margin-top:4px}
figure{margin:16px 0 0}
figcaption{font-size:14px;font-weight:600;margin:18px 0 2px}
figcaption span{font-weight:400;color:var(--soft)}
fieldset{clear:both}
svg{display:block;width:100%;height:auto;overflow:visible;font:12.5px Inter,ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
.narrow{display:none}
@media(max-width:720px){.wide{display:none}.narrow{display:block}main{padding:24px 16px 56px}h1,h2.history{font-size:27px}.finding{font-size:18px}}
fieldset{border:0;margin:36px 0 0;padding:0;display:flex;flex-wrap:wrap;gap:6px}
legend{float:left;padding:5px 10px 5px 0;font-size:14px;color:var(--soft)}
label.pick{display:inline-flex;align-items:center;padding:4px 11px;border:1px solid var(--rule);border-radius:99px;font-size:13.5px;cursor:pointer;color:var(--soft);user-select:none}
label.pick::before{content:"";width:9px;height:9px;border-radius:50%;margin-right:7px;border:2px solid var(--c);background:transparent}
label.pick:has(:checked){color:var(--ink);border-color:var(--c)}
label.pick:has(:checked)::before{background:var(--c)}
label.pick:focus-within{outline:2px solid var(--c);outline-offset:2px}
label.pick input{position:absolute;opacity:0;width:1px;height:1px;margin:0}
text{fill:var(--ink)}
.tick,.axis-name{fill:var(--soft)}
.grid{stroke:var(--rule);stroke-width:1}
.load{fill:var(--load)}
.paid{fill:var(--c);fill-opacity:.14}
.ready{fill:none;stroke:var(--c);stroke-width:1.4;stroke-linejoin:round}
.ready.band{fill:var(--c);fill-opacity:.8;stroke-width:.8}
.name{fill:var(--c);font-weight:600}
.name,.optimum-name{paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}
.bars{fill:var(--c)}
.lane-base{stroke:var(--rule)}
.marked{fill:var(--mark)}
.tie{fill:none;stroke:var(--c);stroke-width:1;stroke-opacity:.6}
.sweep{fill:none;stroke:var(--c);stroke-width:1.3;stroke-opacity:.55}
circle{fill:var(--c)}
circle.setting{fill:var(--paper);stroke:var(--c);stroke-width:1.3}
circle.usual{stroke:var(--paper);stroke-width:1.5}
.optimum-line{stroke:var(--ink);stroke-width:1}
.optimum{fill:var(--ink)}
.optimum-name{font-weight:600}
.equal{fill:none;stroke:var(--c);stroke-width:1;stroke-dasharray:2 4}
.scroll{overflow-x:auto;margin-top:14px}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums;white-space:nowrap}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th{font-weight:500;color:var(--soft);text-align:right;padding:5px 0 5px 22px;border-bottom:1px solid var(--ink)}
td,tbody th{text-align:right;padding:5px 0 5px 22px;border-bottom:1px solid var(--rule)}
th:first-child,td:first-child,th:nth-child(2),td:nth-child(2){text-align:left}
th:first-child,tbody th{padding-left:0}
tbody th{color:var(--c);font-weight:600}
tr.ours td{font-weight:600}
ul.plain{margin:12px 0 0;padding:0;list-style:none;max-width:52em}
ul.plain li+li{margin-top:6px}
dl{display:grid;grid-template-columns:minmax(9em,max-content) 1fr;gap:5px 24px;margin:14px 0 0;font-size:14px;max-width:60em}
dt{color:var(--soft)}
dd{margin:0}
@media(max-width:720px){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:8px}}
@media print{fieldset{display:none}}
${colours(light)}
@media(prefers-color-scheme:dark){${colours(dark)}}
`.trim()
