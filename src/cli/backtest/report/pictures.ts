import { type Outcome, ours, usualOnes } from '../../../backtest/outcome.ts'
import { second } from '../../../model/time.ts'
import { days, percent, threeDigits } from '../numbers.ts'
import { scatterPicture } from './scatter-picture.ts'
import { element, escaped } from './svg.ts'
import { type Actor, type TimePicture, timePicture, timePictureHeight } from './time-picture.ts'
import { dayName } from './time-ticks.ts'
import { worstDay } from './worst-day.ts'

/** The pictures of one history, each drawn for a wide and for a narrow screen. `id` is unique in the page. */

const widths = { wide: 1120, narrow: 380 }

/** Shown at first: ours, the best peer, and what most run today. */
function actorsOf(outcome: Outcome): Actor[] {
  const standings = usualOnes(outcome)
  const best = standings.find(({ score }) => score.policy !== ours)
  return standings.flatMap(({ score, recording }) =>
    recording
      ? [
          {
            score,
            recording,
            shown: score.policy === ours || score.policy === 'target-tracking' || score === best?.score,
          },
        ]
      : [],
  )
}

export function timePictures(outcome: Outcome, id: string): string {
  const actors = actorsOf(outcome)
  const [first] = actors
  if (!first) return ''
  const closer = worstDay(
    actors.map(({ recording }) => recording),
    outcome.startAtMs,
  )
  const whole = { from: 0, to: first.recording.arrived.length }
  return [
    picker(actors, id),
    figure(
      { outcome, actors, id: `${id}-all`, ...whole, marked: closer },
      `All ${days(outcome.seconds)}`,
      '',
    ),
    ...(closer
      ? [
          figure(
            { outcome, actors, id: `${id}-day`, ...closer, marked: null },
            dayName((closer.from + 0.5) * first.recording.bucketSeconds * second, outcome.startAtMs),
            closer.why === 'late'
              ? 'the day on which most requests were late'
              : 'the busiest day; nothing was late on any',
          ),
        ]
      : []),
  ].join('\n')
}

interface Stretch extends Pick<TimePicture, 'actors' | 'id' | 'from' | 'to' | 'marked'> {
  outcome: Outcome
}

function figure({ outcome, id, ...stretch }: Stretch, title: string, why: string): string {
  const { startAtMs, service } = outcome
  const worst = stretch.actors
    .map(
      ({ score }) =>
        `${score.policy} ${percent(score.lateShare)} late at ${threeDigits(score.relativeCost)} times the optimum`,
    )
    .join('; ')
  const drawn = Object.entries(widths).map(([screen, width]) =>
    element(
      'div',
      { class: screen },
      timePicture({
        ...stretch,
        id: `${id}-${screen}`,
        width,
        height: timePictureHeight(stretch.actors.length, width, screen === 'wide' ? 330 : 250),
        title: `${outcome.history}: load, capacity and late requests, ${title}`,
        description: `Load and serving tasks over time, and when requests were late. Over the whole history: ${worst}.`,
        startAtMs,
        capacityPerTask: service.capacityPerTask,
      }),
    ),
  )
  const caption = `${escaped(title)}${why === '' ? '' : ` <span>· ${escaped(why)}</span>`}`
  return element('figure', {}, element('figcaption', {}, caption), ...drawn)
}

/** Boxes to tick; the page's style does the rest, so that no script is needed. */
function picker(actors: Actor[], id: string): string {
  const boxes = actors.map(({ score, shown }) =>
    element(
      'label',
      { class: `pick p-${score.policy}` },
      element('input', { type: 'checkbox', id: `${id}-${score.policy}`, ...(shown ? { checked: '' } : {}) }),
      escaped(`${score.policy} · ${score.setting}`),
    ),
  )
  const hidden = actors
    .map(
      ({ score }) =>
        `#${id}:has(#${id}-${score.policy}:not(:checked)) .layer.p-${score.policy}{display:none}`,
    )
    .join('')
  return `<style>${hidden}</style>${element('fieldset', {}, '<legend>Capacity of</legend>', ...boxes)}`
}

export function scatterPictures(outcome: Outcome, id: string): string {
  const best = usualOnes(outcome)
    .map(
      ({ score }) =>
        `${score.policy} (${score.setting}) ${percent(score.lateShare)} late at ${threeDigits(score.relativeCost)}`,
    )
    .join('; ')
  const drawn = Object.entries(widths).map(([screen, width]) =>
    element(
      'div',
      { class: screen },
      scatterPicture({
        id: `${id}-scatter-${screen}`,
        width,
        height: screen === 'wide' ? 500 : 420,
        title: `${outcome.history}: cost against lateness`,
        description: `Share of late requests to the right, cost as a multiple of the clairvoyant optimum upwards, both logarithmic. ${best}.`,
        standings: outcome.standings,
      }),
    ),
  )
  return element('figure', {}, ...drawn)
}
