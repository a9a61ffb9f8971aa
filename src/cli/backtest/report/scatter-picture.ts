import { ours, type Standing } from '../../../backtest/outcome.ts'
import { judgement, lateWeight, type Score } from '../../../backtest/score.ts'
import { percent, threeDigits } from '../numbers.ts'
import { type LabelSpot, placeLabels } from './place-labels.ts'
import { costTicksWithin, decades, logarithmic } from './scale.ts'
import { element, type Picture, picture, short, written } from './svg.ts'

export interface ScatterPicture extends Picture {
  /** In the order of their grids. */
  standings: readonly Standing[]
}

/** Less than this share is drawn as nothing late. */
const shareMin = 1e-5

/** Cost against lateness: every autoscaler and setting as a point, those of one autoscaler joined, the optimum in the corner. */
export function scatterPicture(options: ScatterPicture): string {
  const { standings, width, height } = options
  const wide = width > 700
  const scores = standings.map(({ score }) => score)
  const plot = { left: wide ? 56 : 40, right: width - 16, top: 30, bottom: height - 46 }
  const zero = plot.left + (wide ? 34 : 20)
  const shares = scores.map(({ lateShare }) => lateShare).filter(share => share >= shareMin)
  const leastShare = 10 ** Math.floor(Math.log10(Math.min(1e-3, ...shares)))
  const mostShare = 10 ** Math.ceil(Math.log10(Math.min(1, Math.max(1e-2, ...shares))))
  const costs = scores.map(({ relativeCost }) => Math.max(relativeCost, 0.01))
  const bounds: [number, number] = [Math.min(0.97, ...costs) * 0.98, Math.max(1.5, ...costs) * 1.06]
  const share = logarithmic([leastShare, mostShare], [zero + (wide ? 60 : 34), plot.right - 6])
  const x = (value: number): number => (value < shareMin ? zero : share(value))
  const y = logarithmic(bounds, [plot.bottom, plot.top])

  const lines = byPolicy(scores).map(([policy, points]) =>
    element('polyline', {
      class: `sweep p-${policy}`,
      points: points.map(point => `${short(x(point.lateShare))},${short(y(point.relativeCost))}`).join(' '),
    }),
  )
  const dots = standings.map(({ score, usual }) =>
    element(
      'circle',
      {
        class: `${usual ? 'usual' : 'setting'} p-${score.policy}`,
        cx: x(score.lateShare),
        cy: y(score.relativeCost),
        r: usual ? (score.policy === ours ? 7 : 5.5) : 2.6,
      },
      element(
        'title',
        {},
        `${score.policy}, ${score.setting}: ${percent(score.lateShare)} late at ${threeDigits(score.relativeCost)} times the optimum`,
      ),
    ),
  )
  const spots: LabelSpot[] = standings
    .filter(({ usual }) => usual)
    .map(({ score }) => ({
      x: x(score.lateShare),
      y: y(score.relativeCost),
      text: wide ? `${score.policy} · ${score.setting}` : score.policy,
      name: `name p-${score.policy}`,
    }))
  const obstacles = standings.map(({ score }) => ({ x: x(score.lateShare), y: y(score.relativeCost) }))

  return picture(
    options,
    ...costTicksWithin(y, bounds, 20).map(
      tick =>
        element('line', {
          class: tick === 1 ? 'optimum-line' : 'grid',
          x1: plot.left,
          x2: plot.right,
          y1: y(tick),
          y2: y(tick),
        }) + written(plot.left - 8, y(tick) + 4, `${tick}×`, { class: 'tick', 'text-anchor': 'end' }),
    ),
    ...decades(leastShare, mostShare).map(
      tick =>
        element('line', { class: 'grid', x1: x(tick), x2: x(tick), y1: plot.top, y2: plot.bottom }) +
        written(x(tick), plot.bottom + 18, percent(tick), { class: 'tick', 'text-anchor': 'middle' }),
    ),
    element('line', { class: 'grid', x1: zero, x2: zero, y1: plot.top, y2: plot.bottom }),
    written(zero, plot.bottom + 18, 'none', { class: 'tick', 'text-anchor': 'middle' }),
    written(plot.right, plot.bottom + 38, 'late requests →', { class: 'axis-name', 'text-anchor': 'end' }),
    written(plot.left - (wide ? 40 : 30), 12, '↑ cost, multiples of the optimum', { class: 'axis-name' }),
    equalJudgement(standings, { share, y, leastShare, mostShare, bounds }),
    ...lines,
    element('path', { class: 'optimum', d: `M${short(zero)} ${short(y(1) - 7)}l7 7l-7 7l-7 -7Z` }),
    ...dots,
    written(zero + 13, y(1) - 7, 'clairvoyant optimum', { class: 'optimum-name' }),
    ...placeLabels(spots, obstacles, {
      left: plot.left,
      right: plot.right,
      top: plot.top + 10,
      bottom: plot.bottom,
    }).map(({ x: at, y: baseline, text, name, anchor }) =>
      written(at, baseline, text, { class: name, 'text-anchor': anchor }),
    ),
  )
}

function byPolicy(scores: Score[]): [string, Score[]][] {
  const policies = [...new Set(scores.map(({ policy }) => policy))]
  return policies
    .map((policy): [string, Score[]] => [policy, scores.filter(score => score.policy === policy)])
    .filter(([, points]) => points.length > 1)
}

interface Axes {
  share: (value: number) => number
  y: (value: number) => number
  leastShare: number
  mostShare: number
  bounds: [number, number]
}

/** Where cost and lateness together are as good as ours is: what lies above the curve is worse. */
function equalJudgement(
  standings: readonly Standing[],
  { share, y, leastShare, mostShare, bounds }: Axes,
): string {
  const own = standings.find(({ usual, score }) => usual && score.policy === ours)
  if (!own) return ''
  const value = judgement(own.score)
  const steps = 80
  const points: string[] = []
  for (let step = 0; step <= steps; step++) {
    const late = leastShare * (mostShare / leastShare) ** (step / steps)
    const cost = value - lateWeight * late
    if (cost < bounds[0] || cost > bounds[1]) continue
    points.push(`${short(share(late))},${short(y(cost))}`)
  }
  return element('polyline', { class: `equal p-${ours}`, points: points.join(' ') })
}
