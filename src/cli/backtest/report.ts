import { type Outcome, ours, ranked } from '../../backtest/outcome.ts'
import { assumptionsOf } from './assumptions.ts'
import { days, rate, thousands, wait, workOf } from './numbers.ts'
import { equalCosts } from './print.ts'
import { recommend } from './recommendation.ts'
import { scatterPictures, timePictures } from './report/pictures.ts'
import { isDrawn } from './report/scatter-picture.ts'
import { style } from './report/style.ts'
import { element, escaped } from './report/svg.ts'
import { columns } from './table.ts'

/** One page that needs nothing else: no network, no script, light and dark. One article per history. */
export function renderReport(outcomes: readonly Outcome[]): string {
  const names = outcomes.map(({ history }) => history)
  const title = `Longshore backtest: ${names.length > 3 ? `${names.length} histories` : names.join(', ')}`
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    // Nothing is fetched, whatever a history may be called.
    `<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    element('title', {}, escaped(title)),
    `<style>${style}</style>`,
    '</head>',
    '<body><main>',
    ...outcomes.map((outcome, index) => article(outcome, `h${index}`)),
    '</main></body>',
    '</html>',
    '',
  ].join('\n')
}

function article(outcome: Outcome, id: string): string {
  const { service } = outcome
  const [finding = '', ...more] = recommend(outcome)
  const facts = `${service.kind === 'web' ? 'Web' : 'Queue'}, ${days(outcome.seconds)}, ${rate(service.capacityPerTask)} ${workOf(service.kind)} a second per task, late after ${wait(service.deadlineSeconds)}. The optimum: ${thousands(outcome.optimumTaskHours)} task-hours.`
  return `<article id="${id}">
<header>
<p class="eyebrow">Longshore backtest</p>
<h1>${escaped(outcome.history)}</h1>
<p class="finding">${escaped(finding)}</p>
<p class="facts">${escaped(facts)}</p>
</header>
<h2>Load and capacity</h2>
<p class="note">Grey: the load, in tasks that it would keep busy. In colour: the tasks that serve, and what they cost above the load. Below each: the share of late requests in the worst minute, logarithmic, a quarter of the height for 0.1 %, all of it for 100 %.</p>
${timePictures(outcome, id)}
<h2>Cost against lateness</h2>
<p class="note">Left is better, down is better. ${outcome.standings.length > new Set(outcome.standings.map(({ score }) => score.policy)).size ? 'Each line is one policy with all its settings; the full point is its usual one. ' : ''}${outcome.standings.some(({ score }) => score.policy === ours) ? 'Along the dotted curve, cost and lateness together are as good as slo; above it they are worse. ' : ''}${outcome.standings.every(isDrawn) ? '' : 'Settings with more than 40 % late are left out.'}</p>
${scatterPictures(outcome, id)}
<h2>The figures</h2>
${figures(outcome)}
${outcome.equalViolation.length > 0 ? `<h3>Cost when equally late</h3>\n${list(equalCosts(outcome))}` : ''}
<h2>What it comes to</h2>
${list([finding, ...more])}
<h2>Taken for granted</h2>
<dl>${assumptionsOf(outcome)
    .map(([name, sentence]) => `<dt>${escaped(name)}</dt><dd>${escaped(sentence)}</dd>`)
    .join('\n')}</dl>
${outcome.mended.length > 0 ? `<h2>Mended in the history</h2>\n${list(outcome.mended)}` : ''}
</article>`
}

const list = (sentences: string[]): string =>
  `<ul class="plain">${sentences.map(each => `<li>${escaped(each)}</li>`).join('\n')}</ul>`

function figures(outcome: Outcome): string {
  const head = columns.map(({ title }) => `<th scope="col">${escaped(title)}</th>`).join('')
  const rows = ranked(outcome.standings).map(({ score, usual }) => {
    const [policy = '', ...rest] = columns.map(({ cell }) => escaped(cell(score)))
    const cells = rest.map(each => `<td>${each}</td>`).join('')
    return `<tr class="p-${score.policy}${usual && score.policy === ours ? ' ours' : ''}"><th scope="row">${policy}</th>${cells}</tr>`
  })
  return `<div class="scroll" tabindex="0" role="region" aria-label="The figures"><table><caption>Every policy, the best first</caption><thead><tr>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`
}
