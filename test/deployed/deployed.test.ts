import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../emulators/until.ts'
import { broken, change } from './faults.ts'
import { type Cloud, type Installation, install, openCloud } from './installation.ts'
import { alarmWentOff, lookAtNobody, taskStopped, unreadable } from './raw-events.ts'

/**
 * The packaged template and zips in an emulator that others wrote: CloudFormation installs them, events and the schedule drive them.
 * Where it is not AWS: CloudWatch is our own world's (alarms.ts), redrive policies are set by hand (deploy.ts), no task ends by itself and
 * anybody may send events of `aws.*` (account.ts). And it grants every right, takes a stream's batch as done whatever the function answers
 * about single records, and deletes the table with the stack: of these nothing is shown here.
 */

let cloud: Cloud
let longshore: Installation
/** A little older, and its schedule is off. */
let silent: Installation

beforeAll(async () => {
  cloud = await openCloud()
  const off = change('TickSchedulerSchedule1', properties => Object.assign(properties, { State: 'DISABLED' }))
  silent = await install(cloud, broken(cloud.stack, off))
  longshore = await install(cloud, cloud.stack)
})

afterAll(async () => {
  longshore?.close()
  silent?.close()
  await cloud?.close()
})

const told = async (text: string) =>
  cloud.slack.accepted.filter(message => String(message.text).includes(text))
const lines = () => longshore.journal(longshore.table)
const waits = ({ outbox }: { outbox: string | null }) => outbox === 'waiting'
/** Longer than the five seconds that it would wait by itself. */
const retryAfterSeconds = 6

describe('the stack, deployed', () => {
  it('a task that stopped is run again: bus, rule, queue, function, RunTask', async () => {
    // Its message is the first that Slack is asked to take.
    cloud.slack.next({
      status: 429,
      headers: { 'retry-after': String(retryAfterSeconds) },
      body: '{"ok":false,"error":"ratelimited"}',
    })
    const lost = await longshore.lostTask()
    await longshore.putOnBus(taskStopped(lost))
    const hint = () => longshore.logOf('task')
    const running = await until('a replacement', longshore.replacements, tasks => tasks.length > 0, { hint })
    expect(running).toMatchObject([
      { group: 'family:thumbnailer', taskDefinitionArn: lost.taskDefinitionArn, lastStatus: 'RUNNING' },
    ])
    expect(running[0]?.startedBy).toBe(`longshore/${lost.taskArn?.split('/').at(-1)}/1`)
  })

  it('Slack is busy: the line of the journal waits, as long as Slack asks for', async () => {
    const hint = () => longshore.logOf('notify')
    const all = await until('a line that waits', lines, all => all.some(waits), { hint })
    expect(all.filter(waits).map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(/^Stopped: host gone\. Run again, attempt 1 of 5/),
    ])
    expect(all.find(waits)?.waitsMs).toBeGreaterThanOrEqual(retryAfterSeconds * 1_000)
    expect(cloud.slack.accepted).toEqual([])
  })

  it('the same event again runs nothing again', async () => {
    const [replaced] = await longshore.replacements()
    const before = await lines()
    const lost = replaced?.startedBy?.split('/')[1]
    await longshore.putOnBus(taskStopped(await longshore.task(lost ?? '')))
    await until(
      'an empty queue',
      () => longshore.messagesIn(longshore.queues.tasks),
      count => count === 0,
    )
    expect(await longshore.replacements()).toHaveLength(1)
    expect(await lines()).toHaveLength(before.length)
  })

  it('an alarm changes the count: bus, rule, queue, function, UpdateService, and Slack is told', async () => {
    expect(await longshore.desiredCount()).toBe(4)
    await longshore.putOnBus(alarmWentOff())
    const hint = async () => `${await longshore.logOf('service')}\n${await longshore.logOf('notify')}`
    // A quarter of four tasks is one; the trigger adds at least three.
    await until('seven tasks', longshore.desiredCount, count => count === 7, { hint })
    await until(
      'a message',
      () => told('Longshore scaled out, 4 → 7 tasks'),
      all => all.length > 0,
      { hint },
    )
  })

  it('of two messages the one that nobody could read five times lies with the dead letters', async () => {
    // As deployed, that takes a quarter of an hour.
    const impatient = change('TasksQueue', properties => Object.assign(properties, { VisibilityTimeout: 1 }))
    const other = await install(cloud, broken(cloud.stack, impatient))
    await other.send(other.queues.tasks, unreadable)
    await other.send(other.queues.tasks, lookAtNobody)
    const dead = () => other.messagesIn(other.queues.deadLetters)
    await until('a dead letter', dead, count => count === 1, { hint: () => other.logOf('task') })
    expect(await other.messagesIn(other.queues.tasks)).toBe(0)
    expect((await other.logOf('task')).match(/START RequestId/g)?.length).toBeGreaterThanOrEqual(5)
    await other.remove()
  })

  it('the schedule ticks, every minute: what waited for Slack is told, once', async () => {
    const hint = () => longshore.logOf('tick')
    const msMax = 90_000
    await until('a sweep', hint, log => log.includes('REPORT RequestId'), { msMax })
    const again = () => told('Longshore ran a stopped task again')
    await until('its message', again, messages => messages.length > 0, { msMax, hint })
    await until('nothing that waits', lines, all => !all.some(waits))
    expect(await again()).toHaveLength(1)
    expect((await lines()).map(({ outbox }) => outbox).filter(Boolean)).toEqual(['sent', 'sent'])
    expect(await silent.logOf('tick')).toBe('')
    // Nobody's wake-ups came to the other worker.
    expect(await longshore.logOf('service')).not.toContain('family/prod')
  }, 200_000)
})
