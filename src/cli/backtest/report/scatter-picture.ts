import { ours, type Standing } from '../../../backtest/outcome.ts'
import { judgement, lateWeight, type Score } from '../../../backtest/score.ts'
import { briefSetting } from '../names.ts'
import { percent, threeDigits } from '../numbers.ts'
import type { LabelSpot } from './place-labels.ts'
import { costTicksWithin, decades, logarithmic } from './scale.ts'
import { scatterLabels } from './scatter-labels.ts'
import { element, type Picture, picture, short, written } from './svg.ts'

export interface ScatterPicture extends Picture {
  /** In the order of their grids. */
  standings: readonly Standing[]
  /** How late the optimum may be. */
  optimumLateShare: number
}

/** Less than this share is drawn as nothing late. */
const shareMin = 1e-5

/** A setting that has collapsed tells nothing, and would press all others together. */
const shareMax = 0.4

/** Whether the picture has room for it; usual settings always. */
export const isDrawn = ({ usual, score }: Standing): boolean => usual || score.lateShare <= shareMax

/** Cost against lateness: every autoscaler and setting as a point, those of one autoscaler joined, and the optimum. */
export function scatterPicture(options: ScatterPicture): string {
  const { width, height, optimumLateShare } = options
  const wide = width > 700
  const standings = options.standings.filter(isDrawn)
  const scores = standings.map(({ score }) => score)
  const plot = { left: wide ? 56 : 40, right: width - 16, top: 30, bottom: height - 46 }
  const zero = plot.left + (wide ? 20 : 12)
  const { x, y, shares, costs } = axesFor(scores, optimumLateShare, plot, zero)

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
      text: wide ? `${score.policy} · ${briefSetting(score.setting)}` : score.policy,
      name: `name p-${score.policy}`,
    }))
  const points = standings.map(({ score }) => ({ x: x(score.lateShare), y: y(score.relativeCost) }))
  const best = { x: x(optimumLateShare), y: y(1) }
  return picture(
    options,
    ...costTicksWithin(y, costs, 20).map(
      tick =>
        element('line', {
          class: tick === 1 ? 'optimum-line' : 'grid',
          x1: plot.left,
          x2: plot.right,
          y1: y(tick),
          y2: y(tick),
        }) + written(plot.left - 8, y(tick) + 4, `${tick}×`, { class: 'tick', 'text-anchor': 'end' }),
    ),
    ...decades(...shares).map(
      (tick, index, all) =>
        element('line', { class: 'grid', x1: x(tick), x2: x(tick), y1: plot.top, y2: plot.bottom }) +
        // On a narrow screen every other one has room for its name.
        (wide || (all.length - 1 - index) % 2 === 0
          ? written(x(tick), plot.bottom + 18, percent(tick), { class: 'tick', 'text-anchor': 'middle' })
          : ''),
    ),
    element('line', { class: 'grid', x1: zero, x2: zero, y1: plot.top, y2: plot.bottom }),
    written(zero, plot.bottom + 18, 'none', { class: 'tick', 'text-anchor': 'middle' }),
    written(plot.right, plot.bottom + 38, 'late requests →', { class: 'axis-name', 'text-anchor': 'end' }),
    written(plot.left - (wide ? 40 : 30), 12, '↑ cost, multiples of the optimum', { class: 'axis-name' }),
    equalJudgement(standings, { x, y, shares, costs }),
    ...lines,
    element('path', { class: 'optimum', d: `M${short(best.x)} ${short(best.y - 7)}l7 7l-7 7l-7 -7Z` }),
    ...dots,
    written(best.x + (best.x === zero ? 13 : 0), best.y + 22, 'clairvoyant optimum', {
      class: 'optimum-name',
      'text-anchor': best.x === zero ? 'start' : 'middle',
    }),
    ...scatterLabels(spots, points, {
      column: zero,
      room: wide ? 34 : 18,
      within: { left: plot.left, right: plot.right, top: plot.top + 10, bottom: best.y - 4 },
    }),
  )
}

interface Axes {
  x: (lateShare: number) => number
  y: (relativeCost: number) => number
  /** Powers of ten. */
  shares: [least: number, most: number]
  costs: [least: number, most: number]
}

function axesFor(
  scores: Score[],
  optimumLateShare: number,
  plot: { left: number; right: number; top: number; bottom: number },
  zero: number,
): Axes {
  const seen = [...scores.map(({ lateShare }) => lateShare), optimumLateShare].filter(
    share => share >= shareMin,
  )
  const shares: Axes['shares'] = [
    10 ** Math.floor(Math.log10(Math.min(1e-3, ...seen))),
    10 ** Math.ceil(Math.log10(Math.min(1, Math.max(1e-2, ...seen)))),
  ]
  const paid = scores.map(({ relativeCost }) => Math.max(relativeCost, 0.01))
  // Room below the optimum for its name.
  const costs: Axes['costs'] = [Math.min(0.93, ...paid) * 0.98, Math.max(1.5, ...paid) * 1.06]
  const share = logarithmic(shares, [zero + (plot.right > 700 ? 190 : 110), plot.right - 12])
  return {
    x: value => (value < shareMin ? zero : share(value)),
    y: logarithmic(costs, [plot.bottom, plot.top]),
    shares,
    costs,
  }
}

function byPolicy(scores: Score[]): [string, Score[]][] {
  const policies = [...new Set(scores.map(({ policy }) => policy))]
  return policies
    .map((policy): [string, Score[]] => [policy, scores.filter(score => score.policy === policy)])
    .filter(([, points]) => points.length > 1)
}

/** Where cost and lateness together are as good as ours is: what lies above the curve is worse. */
function equalJudgement(standings: readonly Standing[], { x, y, shares, costs }: Axes): string {
  const own = standings.find(({ usual, score }) => usual && score.policy === ours)
  if (!own) return ''
  const value = judgement(own.score)
  const [least, most] = shares
  const steps = 80
  const points: string[] = []
  for (let step = 0; step <= steps; step++) {
    const late = least * (most / least) ** (step / steps)
    const cost = value - lateWeight * late
    if (cost < costs[0] || cost > costs[1]) continue
    points.push(`${short(x(late))},${short(y(cost))}`)
  }
  return element('polyline', { class: `equal p-${ours}`, points: points.join(' ') })
}
