import { describe, expect, it } from 'vitest'
import { decide, wishesFor } from '../../src/healing/services/decide.ts'
import { type Explanation, explanationFacts } from '../../src/healing/services/explanation.ts'
import type { ServiceHealingView } from '../../src/healing/services/view.ts'
import type { ServiceHealingMemory } from '../../src/model/memory.ts'
import { minute } from '../../src/model/time.ts'
import { definition, deployed, nine, nothingRead, policy, stopOf } from './service-healing-stops.ts'

/** What is asked for to explain a failure, when, and how it is told. */

const loop = [stopOf(1, 1), stopOf(2, 2), stopOf(3, 3)]
const rolling = deployed([
  [2, 'IN_PROGRESS', 0],
  [1, 'COMPLETED', -600],
])
const knowsOne: ServiceHealingMemory = { stops: [], loops: {}, good: [definition(1)] }

const wishes = (
  view: Partial<ServiceHealingView>,
  memory?: ServiceHealingMemory,
  atMinute = 3,
  isNews = true,
) =>
  wishesFor(
    { ...nothingRead, service: rolling, stopped: loop, ...view },
    policy,
    memory,
    () => isNews,
    nine + atMinute * minute,
  )

describe('what is read', () => {
  it('of a crash loop: against the last revision that stood, and the last task of which a container ran', () => {
    expect(wishes({}, { ...knowsOne, good: [definition(7), definition(1)] })).toEqual([
      {
        taskDefinitionArn: definition(2),
        since: definition(1),
        last: { taskId: loop[2]?.task.taskId, container: 'app' },
      },
    ])
  })

  it('where none stood: against the other revision that is still deployed', () => {
    expect(wishes({})).toMatchObject([{ since: definition(1) }])
    expect(wishes({ service: deployed([[2, 'COMPLETED', 0]]) })).toMatchObject([{ since: null }])
  })

  it('of one that stood before: against none, as it is what it was', () => {
    expect(wishes({}, { ...knowsOne, good: [definition(2), definition(1)] })).toMatchObject([{ since: null }])
  })

  it('of tasks that never ran: no log', () => {
    const failed = loop.map(({ key, task }) => ({
      key,
      task: {
        ...task,
        stopCode: 'TaskFailedToStart',
        stoppedReason: 'CannotPullContainerError: web:2: not found',
        containers: task.containers.map(container => ({ ...container, exitCode: null })),
      },
    }))
    expect(wishes({ stopped: failed }, knowsOne)).toMatchObject([{ since: definition(1), last: null }])
  })

  it('nothing before there is a loop, once people know of it, and where it is no news', () => {
    expect(wishes({ stopped: loop.slice(1) }, knowsOne)).toEqual([])
    const { memory } = decide(
      { ...nothingRead, service: rolling, stopped: loop },
      policy,
      knowsOne,
      nine + 3 * minute,
    )
    expect(wishes({ stopped: [stopOf(4, 4)] }, memory, 4)).toEqual([])
    expect(wishes({}, knowsOne, 3, false)).toEqual([])
  })

  it('of a stuck deployment: the same, when it is told', () => {
    const view = { stopped: [stopOf(1, 29)] }
    expect(wishes(view, knowsOne, 29)).toEqual([])
    expect(wishes(view, knowsOne, 30)).toMatchObject([{ since: definition(1), last: { container: 'app' } }])
  })
})

describe('what is told', () => {
  const explanation = (over: Partial<Explanation>): Explanation => ({
    taskDefinitionArn: definition(2),
    changed: null,
    log: null,
    ...over,
  })
  const changed = (phrases: string[] | null) => explanation({ changed: { since: definition(1), phrases } })

  it('with the loop, after how its tasks ended', () => {
    const explained = [
      explanation({
        changed: { since: definition(1), phrases: ['image web:1 → web:2', 'memory 512 → 256 MiB'] },
        log: { container: 'app', lines: ['one', 'two'] },
      }),
    ]
    const { decisions } = decide(
      { ...nothingRead, service: rolling, stopped: loop, explained },
      policy,
      knowsOne,
      nine + 3 * minute,
    )
    expect(decisions[0]?.facts).toEqual([
      { label: 'Failed', value: '3 in 10 min' },
      { label: 'Last', value: 'container app, exit 1' },
      { label: 'Changed since web:1', value: 'image web:1 → web:2; memory 512 → 256 MiB' },
      { label: 'Log of app', value: 'one', isLine: true },
      { label: 'Log of app', value: 'two', isLine: true },
    ])
  })

  it.each<[string, Explanation | undefined, string[]]>([
    ['nothing was read', undefined, []],
    ['nothing is known', explanation({}), []],
    ['nothing is otherwise', changed([]), ['nothing in the task definition']],
    ['it could not be read', changed(null), ['could not be read']],
    [
      'there is too much',
      changed(['a'.repeat(100), 'b'.repeat(100), 'c'.repeat(100), 'd']),
      [`${'a'.repeat(100)}; ${'b'.repeat(100)}; and 2 more`],
    ],
    ['one phrase is too much', changed(['a'.repeat(300)]), [`${'a'.repeat(240)}…`]],
    [
      'the log cannot be read',
      explanation({ log: { container: 'app', lines: 'could not be read (denied)' } }),
      ['could not be read (denied)'],
    ],
  ])('%s', (_, given, values) => {
    expect(explanationFacts(given).map(({ value }) => value)).toEqual(values)
  })
})
