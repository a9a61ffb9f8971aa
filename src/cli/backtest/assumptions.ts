import type { Outcome } from '../../backtest/outcome.ts'
import { percent, rate, wait, workOf } from './numbers.ts'

/** How the load of the replay was made of the history, a sentence each; none when it is the history itself. */
export function madeOf({ scale, smoothedIntervals, intervalSeconds, service }: Outcome): string[] {
  return [
    ...(smoothedIntervals > 1
      ? [
          `Smoothed over ${wait(smoothedIntervals * intervalSeconds)}: of so few ${workOf(service.kind)}, chance would be taken for load.`,
        ]
      : []),
    ...(scale === 1
      ? []
      : [
          `Scaled by ${rate(scale)}, so that one task serves ${rate(service.capacityPerTask)} ${workOf(service.kind)} a second.`,
        ]),
  ]
}

/** What the replay takes for granted: a name and a sentence each. */
export function assumptionsOf(outcome: Outcome): [name: string, sentence: string][] {
  const { service, seed } = outcome
  const { signals, kind } = service
  return [
    [
      'Start of a task',
      `95 % serve within ${wait(service.startSeconds)} of their launch; billed from the launch.`,
    ],
    [
      'Drain',
      `${wait(service.drainSeconds)} from the last request to the end of the bill; a task is billed for at least a minute.`,
    ],
    [
      'Signals',
      `a value every ${wait(signals.periodSeconds)}, known ${wait(signals.delaySeconds)} after its period; queue depth is asked for directly.`,
    ],
    ['Bounds', `${service.min} to ${service.max} tasks.`],
    [
      'Service',
      `${rate(service.capacityPerTask)} ${workOf(service.kind)} a second per task, one common queue, late after ${wait(service.deadlineSeconds)}${kind === 'web' ? '; what waits far too long is dropped' : '; nothing is dropped'}.`,
    ],
    [
      'Load',
      [
        ...madeOf(outcome),
        `Within an interval of the history the rate runs on smoothly; arrivals are drawn from it (Poisson, seed ${seed}), the same for everybody.`,
      ].join(' '),
    ],
    ['Late (V)', 'share of requests whose service began after the deadline, or that were dropped.'],
    [
      'Cost (C)',
      'billed task-seconds over those of the clairvoyant optimum, which knows the load in advance and is late never or as often as allowed.',
    ],
    [
      'J',
      `C + 10 V: ${percent(0.01)} late weighs as much as a tenth of the optimal bill. The table is sorted by it.`,
    ],
    ['First hour', 'left out of everything: nobody has learned anything by then.'],
  ]
}
