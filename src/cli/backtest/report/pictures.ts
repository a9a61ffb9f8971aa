import { type Outcome, usualOnes } from '../../../backtest/outcome.ts'
import { second } from '../../../model/time.ts'
import { days, percent, threeDigits } from '../numbers.ts'
import { type Actor, actorsOf } from './actor.ts'
import { dayPicture } from './day-picture.ts'
import { overviewPicture } from './overview-picture.ts'
import { scatterPicture } from './scatter-picture.ts'
import { element, escaped } from './svg.ts'
import { dayName } from './time-ticks.ts'
import { worstDay } from './worst-day.ts'

/** The pictures of one history, each drawn for a wide and for a narrow screen. `id` is unique in the page. */

const widths = { wide: 1120, narrow: 380 }

/** The whole history, and the day in it that tells most. */
export function timePictures(outcome: Outcome, id: string): string {
  const actors = actorsOf(outcome)
  const [first] = actors
  if (!first) return ''
  const { startAtMs, service, history, seconds } = outcome
  const day = worstDay(
    actors.map(({ recording }) => recording),
    startAtMs,
  )
  const whole = { from: 0, to: first.recording.arrived.length, why: '' as const }
  const name = day
    ? dayName((day.from + 0.5) * first.recording.bucketSeconds * second, startAtMs)
    : `All ${days(seconds)}`
  const given = { actors, startAtMs, capacityPerTask: service.capacityPerTask, description: spoken(outcome) }
  const overview = drawn((screen, width) =>
    overviewPicture({
      ...given,
      id: `${id}-all-${screen}`,
      width,
      title: `${history}, ${days(seconds)}: load and serving tasks of each policy, and when requests were late`,
      marked: day,
    }),
  )
  const closer = drawn((screen, width) =>
    dayPicture({
      ...given,
      ...(day ?? whole),
      id: `${id}-day-${screen}`,
      width,
      title: `${history}, ${name}: load, serving tasks of the chosen policies, and when requests were late`,
    }),
  )
  return [
    ...(day ? [figure(`All ${days(seconds)}`, '', overview)] : []),
    picker(actors, id),
    figure(name, day ? reasons[day.why] : '', closer),
  ].join('\n')
}

const reasons = {
  late: 'the day on which most requests were late',
  busy: 'the busiest day; hardly anything was late on any',
}

/** Cost against lateness of every policy and setting. */
export const scatterPictures = (outcome: Outcome, id: string): string =>
  element(
    'figure',
    {},
    drawn((screen, width) =>
      scatterPicture({
        id: `${id}-scatter-${screen}`,
        width,
        height: screen === 'wide' ? 500 : 420,
        title: `${outcome.history}: cost against lateness`,
        description: `Share of late requests to the right, cost as a multiple of the clairvoyant optimum upwards, both logarithmic. ${spoken(outcome)}`,
        standings: outcome.standings,
        optimumLateShare: outcome.optimumLateShare,
      }),
    ),
  )

/** What the pictures show, for those who cannot see them. */
const spoken = (outcome: Outcome): string =>
  `${usualOnes(outcome)
    .map(
      ({ score }) =>
        `${score.policy} (${score.setting}): ${percent(score.lateShare)} late at ${threeDigits(score.relativeCost)} times the optimum`,
    )
    .join('; ')}.`

const drawn = (draw: (screen: string, width: number) => string): string =>
  Object.entries(widths)
    .map(([screen, width]) => element('div', { class: screen }, draw(screen, width)))
    .join('')

function figure(title: string, why: string, pictures: string): string {
  const caption = `${escaped(title)}${why === '' ? '' : ` <span>· ${escaped(why)}</span>`}`
  return element('figure', {}, element('figcaption', {}, caption), pictures)
}

/** Boxes to tick; the page's style does the rest, so that no script is needed. */
function picker(actors: Actor[], id: string): string {
  const boxes = actors.map(({ score, shown }) =>
    element(
      'label',
      { class: `pick p-${score.policy}` },
      element('input', {
        type: 'checkbox',
        id: `${id}-${score.policy}`,
        ...(shown ? { checked: '' } : {}),
      }),
      escaped(score.policy),
    ),
  )
  const hidden = actors
    .map(
      ({ score: { policy } }) =>
        `#${id}:has(#${id}-${policy}:not(:checked)) .layer.p-${policy}{display:none}`,
    )
    .join('')
  return `<style>${hidden}</style>${element('fieldset', {}, '<legend>Tasks of</legend>', ...boxes)}`
}
