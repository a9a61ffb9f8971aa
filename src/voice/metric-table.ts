/** Every metric that Longshore prints: the closed list. docs/metrics.md shows the same rows; a test compares them. */

interface MetricRow {
  unit: 'Count' | 'Milliseconds'
  /** Beside `stage`, which every metric carries. Each combination of values is billed as a metric of its own. */
  dimensions: readonly string[]
  meaning: string
}

export const metricTable = {
  Decisions: {
    unit: 'Count',
    dimensions: ['room', 'outcome'],
    meaning: 'Lines of the journal: what was done, failed, held, or only observed.',
  },
  Restarts: {
    unit: 'Count',
    dimensions: [],
    meaning: 'Standalone tasks run again.',
  },
  StopsByCause: {
    unit: 'Count',
    dimensions: ['cause'],
    meaning: 'Stopped tasks by the cause that was found.',
  },
  StartDelay: {
    unit: 'Milliseconds',
    dimensions: ['cluster'],
    meaning: 'From a task being created to its RUNNING.',
  },
  TimeToRecover: {
    unit: 'Milliseconds',
    dimensions: ['cluster'],
    meaning: 'From a standalone task stopping to its replacement being RUNNING.',
  },
  DesiredCount: {
    unit: 'Count',
    dimensions: ['cluster'],
    meaning: 'Desired tasks of one service, at each look.',
  },
  RunningCount: {
    unit: 'Count',
    dimensions: ['cluster'],
    meaning: 'Running tasks of one service, at each look.',
  },
  Looks: {
    unit: 'Count',
    dimensions: ['end'],
    meaning: 'Looks at a target by how they ended. No more `finished` ones = Longshore has stopped looking.',
  },
  Sweeps: {
    unit: 'Count',
    dimensions: [],
    meaning: 'Sweeps of the minute that succeeded. Silence for five minutes is the dead-man’s alarm.',
  },
  EvidenceDuplicates: {
    unit: 'Count',
    dimensions: [],
    meaning: 'Events that told what was known already.',
  },
  EvidenceStale: {
    unit: 'Count',
    dimensions: [],
    meaning: 'Events that came after a newer one about the same thing.',
  },
  RefusedMessages: {
    unit: 'Count',
    dimensions: ['kind'],
    meaning: 'Messages that can never be understood, on their way to the dead letters.',
  },
  NoticesGivenUp: {
    unit: 'Count',
    dimensions: ['code'],
    meaning: 'Slack messages that were given up, by the last failure.',
  },
} as const satisfies Record<string, MetricRow>

export type MetricName = keyof typeof metricTable
export type MetricDimension<N extends MetricName> = (typeof metricTable)[N]['dimensions'][number]
