import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Cloud, type Installation, install, openCloud } from './installation.ts'
import { alarmWentOff, lookAtNobody, taskStopped, unreadable } from './raw-events.ts'
import { functionName, leaveOut, renameVariable, resourceOf, type Stack } from './stack.ts'
import { until } from './until.ts'

/**
 * One fault each in the template or a zip, deployed like the whole stack: what comes through there does not come through here. So that nothing
 * is taken for lost that is only late, each story ends when something that came after it was worked off.
 */

let cloud: Cloud

beforeAll(async () => {
  cloud = await openCloud()
})

afterAll(() => cloud?.close())

async function installed(breaks: Fault): Promise<Installation> {
  const stack = structuredClone(cloud.stack)
  breaks(stack)
  cloud.slack.accepted.length = 0
  return install(cloud, stack)
}

type Fault = (stack: Stack) => void
type Properties = ReturnType<typeof resourceOf>['Properties']
const change =
  (resource: string, how: (properties: Properties) => void): Fault =>
  stack =>
    how(resourceOf(stack, resource).Properties)

/** What the journal says when the worker has emptied its queue, with a message that came last. */
async function workedOff(longshore: Installation, door: 'service' | 'task'): Promise<string[]> {
  const queue = longshore.queues[door === 'task' ? 'tasks' : 'services']
  await longshore.send(queue, lookAtNobody)
  const hint = () => longshore.logOf(door)
  await until(
    'an empty queue',
    () => longshore.messagesIn(queue),
    count => count === 0,
    { hint },
  )
  return (await longshore.journal(longshore.table)).map(({ sentence }) => sentence)
}

const taskEnds = async (longshore: Installation) =>
  longshore.putOnBus(taskStopped(await longshore.lostTask()))
const alarmGoesOff = (longshore: Installation) => longshore.putOnBus(alarmWentOff())

describe('the rules', () => {
  it.each<{ name: string; breaks: Fault; comes: boolean }>([
    { name: 'nothing', breaks: () => {}, comes: true },
    {
      name: 'the detail-type',
      breaks: change('TaskRule', ({ EventPattern }) => {
        EventPattern['detail-type'] = ['ECS Task State Changed']
      }),
      comes: false,
    },
    {
      name: 'the group (tasks without one)',
      breaks: change('TaskRule', ({ EventPattern }) => {
        EventPattern.detail.group = [{ exists: false }]
      }),
      comes: false,
    },
    {
      name: 'the cluster (its name, not its ARN)',
      breaks: change('TaskRule', ({ EventPattern }) => {
        EventPattern.detail.clusterArn = ['prod']
      }),
      comes: false,
    },
  ])('a task ends, broken is $name: Longshore hears of it, $comes', async ({ breaks, comes }) => {
    const longshore = await installed(breaks)
    await taskEnds(longshore)
    const journal = await workedOff(longshore, 'task')
    expect(journal.filter(line => line.startsWith('Stopped: host gone.')).length > 0).toBe(comes)
    longshore.close()
  })

  it.each<{ name: string; breaks: Fault; desiredCount: number }>([
    { name: 'nothing', breaks: () => {}, desiredCount: 7 },
    {
      name: 'the source',
      breaks: change('AlarmRule', ({ EventPattern }) => {
        EventPattern.source = ['aws.alarm']
      }),
      desiredCount: 4,
    },
    {
      name: 'the names of the alarms',
      breaks: change('AlarmRule', ({ EventPattern }) => {
        EventPattern.detail.alarmName = ['checkout-cpu-low']
      }),
      desiredCount: 4,
    },
    {
      name: 'the state (the rule is off)',
      breaks: change('AlarmRule', properties => {
        properties.State = 'DISABLED'
      }),
      desiredCount: 4,
    },
  ])('an alarm goes off, broken is $name: $desiredCount tasks wanted', async ({ breaks, desiredCount }) => {
    const longshore = await installed(breaks)
    await alarmGoesOff(longshore)
    await workedOff(longshore, 'service')
    expect(await longshore.desiredCount()).toBe(desiredCount)
    longshore.close()
  })
})

describe('the functions', () => {
  const notSet = 'the environment variable LONGSHORE_TABLE is not set; serverless.yml sets it'
  const stories = { task: taskEnds, service: alarmGoesOff }

  it.each<{ name: string; door: 'task' | 'service'; breaks: Fault; says: string }>(
    (['task', 'service'] as const).flatMap(door => [
      {
        name: 'a variable has another name',
        door,
        breaks: stack => renameVariable(stack, door, 'LONGSHORE_TABLE', 'LONGSHORE_TABLE_NAME'),
        says: notSet,
      },
      {
        name: 'the handler has another path',
        door,
        breaks: change(functionName(door), properties => {
          properties.Handler = `dist/${door}s/index.handler`
        }),
        says: 'Cannot find module',
      },
      {
        name: 'the policy is not in the zip',
        door,
        breaks: (stack: Stack) => leaveOut(stack, door, 'policy.json'),
        says: 'ENOENT: no such file or directory',
      },
    ]),
  )('$door, $name: it does not start, and the event stays in the queue', async ({ door, breaks, says }) => {
    const longshore = await installed(breaks)
    await stories[door](longshore)
    await until(
      'an attempt',
      () => longshore.logOf(door),
      log => log.includes('REPORT RequestId'),
    )
    expect(await longshore.messagesIn(longshore.queues[door === 'task' ? 'tasks' : 'services'])).toBe(1)
    expect(await longshore.journal(longshore.table)).toEqual([])
    expect(await longshore.invoke(door, { Records: [] })).toEqual({
      failed: true,
      answer: expect.objectContaining({ errorMessage: expect.stringContaining(says) }),
    })
    longshore.close()
  })

  it('the workers’ answers about single messages are not asked for: what nobody can read is lost', async () => {
    const longshore = await installed(
      change('TaskEventSourceMappingSQSTasksQueue', properties => {
        delete properties.FunctionResponseTypes
      }),
    )
    await longshore.send(longshore.queues.tasks, unreadable)
    await workedOff(longshore, 'task')
    expect(await longshore.messagesIn(longshore.queues.tasks)).toBe(0)
    longshore.close()
  })

  it('the table’s index has another name: the sweep fails', async () => {
    const longshore = await installed(
      change('Table', ({ GlobalSecondaryIndexes: [due] }) => {
        due.IndexName = 'dueAt'
      }),
    )
    expect(await longshore.invoke('tick', {})).toEqual({
      failed: true,
      answer: expect.objectContaining({ errorMessage: 'the table did not answer: invalid' }),
    })
    longshore.close()
  })
})

describe('the stream', () => {
  const told = async (longshore: Installation) => {
    const messages = async () => cloud.slack.accepted.length
    await until('a message', messages, count => count > 0, { hint: () => longshore.logOf('notify') })
  }
  const attempted = async (longshore: Installation) => {
    await until(
      'an attempt',
      () => longshore.logOf('notify'),
      log => log.includes('REPORT RequestId'),
    )
  }
  /** A stream is read in its order: whoever hears of a line that came last has passed by the one before. */
  const passedBy = (sk: string, outbox: string) => async (longshore: Installation) => {
    await longshore.putLine(longshore.table, sk, outbox)
    await attempted(longshore)
  }
  const filter = (from: string, to: string) =>
    change('NotifyEventSourceMappingDynamodbTable', ({ FilterCriteria: { Filters } }) => {
      const { Pattern } = Filters[0]
      if (!Pattern.includes(from)) throw new Error(`${from} is not in the filter`)
      Filters[0].Pattern = Pattern.replace(from, to)
    })

  it.each<{
    name: string
    breaks: Fault
    ends: (longshore: Installation) => Promise<void>
    messages: number
  }>([
    { name: 'nothing', breaks: () => {}, ends: told, messages: 1 },
    {
      name: 'the state of the lines that pass',
      breaks: filter('"pending"', '"Pending"'),
      ends: passedBy('journal#by-hand', 'Pending'),
      messages: 0,
    },
    {
      name: 'the prefix of the keys that pass',
      breaks: filter('journal#', 'journal/'),
      ends: passedBy('journal/by-hand', 'pending'),
      messages: 0,
    },
    {
      name: 'the name of a variable',
      breaks: stack => renameVariable(stack, 'notify', 'LONGSHORE_SLACK_URL', 'SLACK_URL'),
      ends: attempted,
      messages: 0,
    },
    {
      name: 'the zip, which has no policy',
      breaks: stack => leaveOut(stack, 'notify', 'policy.json'),
      ends: attempted,
      messages: 0,
    },
  ])(
    'an alarm goes off, broken is $name: messages in Slack, $messages',
    async ({ breaks, ends, messages }) => {
      const longshore = await installed(breaks)
      await alarmGoesOff(longshore)
      await workedOff(longshore, 'service')
      expect(await longshore.desiredCount()).toBe(7)
      await ends(longshore)
      expect(cloud.slack.accepted).toHaveLength(messages)
      const state = async () => (await longshore.journal(longshore.table)).map(({ outbox }) => outbox)
      if (messages === 1) await until('the state sent', state, states => states.includes('sent'))
      else expect(await state()).toContain('pending')
      longshore.close()
    },
  )
})
