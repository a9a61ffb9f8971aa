import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../emulators/until.ts'
import {
  broken,
  change,
  type Fault,
  leaveOut,
  none,
  renameVariable,
  setHandler,
  swapQueues,
} from './faults.ts'
import { type Cloud, type Installation, install, openCloud } from './installation.ts'
import { unreadable } from './raw-events.ts'
import { alarmGoesOff, queueOf, taskEnds, workedOff } from './stories.ts'

/** The functions and what leads to them with one fault each, deployed with the whole stack: what comes through there does not come through here. */

let cloud: Cloud

beforeAll(async () => {
  cloud = await openCloud()
})

afterAll(() => cloud?.close())

async function installed(fault: Fault): Promise<Installation> {
  cloud.slack.accepted.length = 0
  return install(cloud, broken(cloud.stack, fault))
}

/** It was started, or somebody tried to. */
const attempted = (door: 'service' | 'task' | 'notify') => (longshore: Installation) =>
  until(
    'an attempt',
    () => longshore.logOf(door),
    log => log.includes('REPORT RequestId'),
  )

describe.each([
  { door: 'task', happens: taskEnds },
  { door: 'service', happens: alarmGoesOff },
] as const)('the function $door', ({ door, happens }) => {
  it.each<{ name: string; fault: Fault; says: string }>([
    {
      name: 'a variable has another name',
      fault: renameVariable(door, 'LONGSHORE_TABLE', 'LONGSHORE_TABLE_NAME'),
      says: 'the environment variable LONGSHORE_TABLE is not set; serverless.yml sets it',
    },
    {
      name: 'the handler has another path',
      fault: setHandler(door, `dist/${door}s/index.handler`),
      says: 'Cannot find module',
    },
    {
      name: 'the policy is not in the zip',
      fault: leaveOut(door, 'policy.json'),
      says: 'ENOENT: no such file or directory',
    },
  ])('$name: it does not start, and the event stays in the queue', async ({ fault, says }) => {
    const longshore = await installed(fault)
    await happens(longshore)
    await attempted(door)(longshore)
    expect(await longshore.messagesIn(queueOf(longshore, door))).toBe(1)
    expect(await longshore.journal(longshore.table)).toEqual([])
    expect(await longshore.invoke(door, { Records: [] })).toEqual({
      failed: true,
      answer: expect.objectContaining({ errorMessage: expect.stringContaining(says) }),
    })
    await longshore.remove()
  })
})

describe('the queues', () => {
  it('swapped under their names: the wake-up for a task comes to the worker that may not run it', async () => {
    const longshore = await installed(swapQueues('task'))
    await taskEnds(longshore)
    await attempted('service')(longshore)
    await longshore.remove()
  })

  it('answers about single messages are not asked for: what nobody can read is lost', async () => {
    const longshore = await installed(
      change('TaskEventSourceMappingSQSTasksQueue', properties => {
        delete properties.FunctionResponseTypes
      }),
    )
    await longshore.send(longshore.queues.tasks, unreadable)
    await workedOff(longshore, 'task')
    await longshore.remove()
  })
})

describe('the table', () => {
  it.each([
    {
      name: 'the index has the name that the sweep asks for',
      fault: none,
      answer: { targets: expect.any(Number), notices: 0 },
    },
    {
      name: 'the index has another name',
      fault: change('Table', ({ GlobalSecondaryIndexes: [due] }) => {
        due.IndexName = 'dueAt'
      }),
      answer: expect.objectContaining({ errorMessage: 'the table did not answer: invalid' }),
    },
  ])('$name', async ({ fault, answer }) => {
    const longshore = await installed(fault)
    expect((await longshore.invoke('tick', {})).answer).toEqual(answer)
    await longshore.remove()
  })
})

describe('the stream', () => {
  const told = async (longshore: Installation) => {
    const hint = () => longshore.logOf('notify')
    await until(
      'a message',
      async () => cloud.slack.accepted.length,
      count => count > 0,
      { hint },
    )
  }
  /** A stream is read in its order: whoever hears of a line that came last has passed by the one before. */
  const passedBy = (sk: string, outbox: string) => async (longshore: Installation) => {
    await longshore.putLine(longshore.table, sk, outbox)
    await attempted('notify')(longshore)
  }
  const filter = (from: string, to: string) =>
    change('NotifyEventSourceMappingDynamodbTable', ({ FilterCriteria: { Filters } }) => {
      Filters[0].Pattern = Filters[0].Pattern.replace(from, to)
    })

  it.each<{ name: string; fault: Fault; ends: (longshore: Installation) => Promise<unknown>; state: string }>(
    [
      { name: 'nothing', fault: none, ends: told, state: 'sent' },
      {
        name: 'the state of the lines that pass',
        fault: filter('"pending"', '"Pending"'),
        ends: passedBy('journal#by-hand', 'Pending'),
        state: 'pending',
      },
      {
        name: 'the prefix of the keys that pass',
        fault: filter('journal#', 'journal/'),
        ends: passedBy('journal/by-hand', 'pending'),
        state: 'pending',
      },
      {
        name: 'the name of a variable',
        fault: renameVariable('notify', 'LONGSHORE_SLACK_URL', 'SLACK_URL'),
        ends: attempted('notify'),
        state: 'pending',
      },
      {
        name: 'the zip (no policy)',
        fault: leaveOut('notify', 'policy.json'),
        ends: attempted('notify'),
        state: 'pending',
      },
    ],
  )('with $name broken, what Longshore did is $state', async ({ fault, ends, state }) => {
    const longshore = await installed(fault)
    await alarmGoesOff(longshore)
    await workedOff(longshore, 'service')
    expect(await longshore.desiredCount()).toBe(7)
    await ends(longshore)
    const states = async () => (await longshore.journal(longshore.table)).map(({ outbox }) => outbox)
    await until(`a line that is ${state}`, states, found => found.includes(state))
    expect(cloud.slack.accepted).toHaveLength(state === 'sent' ? 1 : 0)
    await longshore.remove()
  })

  it('Slack refuses a bot token that it does not know: the line waits, and nothing is told', async () => {
    const longshore = await installed(none)
    await longshore.keepSecret('/longshore/slack-token', 'xoxb-of-another-workspace')
    await alarmGoesOff(longshore)
    const states = async () => (await longshore.journal(longshore.table)).map(({ outbox }) => outbox)
    await until('a line that waits', states, found => found.includes('waiting'))
    expect(cloud.slack.accepted).toEqual([])
    await longshore.remove()
  })
})
