import { lastSegment } from '../../model/arn.ts'
import type { Fact } from '../../model/decision.ts'
import type { ServiceStop } from '../../model/memory.ts'
import { span } from '../../model/time.ts'
import type { StopCause } from '../stop-cause.ts'
import type { CrashLoopPolicy } from './policy.ts'
import type { Loop } from './reason.ts'
import type { CrashLoop } from './window.ts'

/** What people are told of a loop. */

/** `family:revision`. */
export const revisionOf = (taskDefinitionArn: string | null): string =>
  taskDefinitionArn === null ? 'an unknown revision' : lastSegment(taskDefinitionArn)

export const loopOf = ({ taskDefinitionArn, stops }: CrashLoop, { withinMs }: CrashLoopPolicy): Loop => ({
  revision: revisionOf(taskDefinitionArn),
  stops: stops.length,
  withinMs,
  causes: causesOf(stops),
})

export const loopFacts = ({ stops }: CrashLoop, { withinMs }: CrashLoopPolicy): Fact[] => [
  { label: 'Failed', value: `${stops.length} in ${span(withinMs)}` },
  ...lastStops(stops),
]

/** The most frequent first, and of equals the newest. */
function causesOf(stops: ServiceStop[]): StopCause[] {
  const counts = new Map<StopCause, number>()
  for (const { cause } of stops.toReversed())
    counts.set(cause as StopCause, (counts.get(cause as StopCause) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1]).map(([cause]) => cause)
}

const lastStopsMax = 3

/** How the last ones ended, the newest first; those that ended alike once. */
export const lastStops = (stops: ServiceStop[]): Fact[] =>
  [...new Set(stops.toReversed().map(({ summary }) => summary))]
    .filter(summary => summary !== '')
    .slice(0, lastStopsMax)
    .map((value, index) => ({ label: index === 0 ? 'Last' : 'Before', value }))
