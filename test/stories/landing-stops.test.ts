import { describe, expect, it } from 'vitest'
import type { DescribedTask, RunTaskRequest } from '../../src/model/ports.ts'
import { isRunning } from '../../src/model/task.ts'
import { hour, minute, second } from '../../src/model/time.ts'
import {
  idOf,
  network,
  ownersWish,
  running,
  type Story,
  startAtMs,
  story,
  type Twist,
  unrest,
  webAlarms,
} from './landing-stage.ts'
import { value } from './world-stage.ts'

interface Call extends RunTaskRequest {
  atMs: number
}

/** A story that keeps every call of RunTask; `before` happens before the call with that number, from 1 on, is carried out. */
function withCalls(
  before: (call: number, told: Story) => void = () => {},
  twist: Twist = {},
): Story & { calls: Call[] } {
  const calls: Call[] = []
  const told: Story = story({
    ...twist,
    ports: ports => ({
      ecs: {
        ...ports.ecs,
        ...twist.ports?.(ports).ecs,
        runTask(request) {
          calls.push({ ...request, atMs: ports.clock.now() })
          before(calls.length, told)
          return ports.ecs.runTask(request)
        },
      },
    }),
  })
  return { ...told, calls }
}

const byBirth = (tasks: DescribedTask[]) =>
  tasks.toSorted((a, b) => (a.createdAtMs ?? 0) - (b.createdAtMs ?? 0))

const sidecars = /^aws-guardduty-agent-/

const wholeSeconds = (ms: number) => Math.floor(ms / second)

const startedByLongshore = (tasks: DescribedTask[]) =>
  tasks.filter(({ startedBy }) => startedBy?.startsWith('longshore/'))

describe('a task that runs out of memory again and again', () => {
  it('waits 10 s, 20 s and 40 s, and counts its attempts', async () => {
    const told = story()
    const first = told.start('etl')
    await told.run(2 * minute)
    told.world.setFate('etl', { how: 'oom', afterMs: 5 * second })
    told.world.killTask(first, 'oom')
    await told.run(20 * minute)

    const lives = byBirth(await told.tasks('etl'))
    const root = idOf(first)
    expect(lives.map(({ startedBy }) => startedBy)).toEqual([
      null,
      `longshore/${root}/1`,
      `longshore/${root}/2`,
      `longshore/${root}/3`,
    ])
    const waits = lives.slice(1).map((life, n) => (life.createdAtMs ?? 0) - (lives[n]?.stoppedAtMs ?? 0))
    expect(waits.map(wholeSeconds)).toEqual([10, 20, 40])
    const [last, ...others] = told.journal.filter(({ because }) => because.code === 'attempts-exhausted')
    expect(others).toEqual([])
    expect(last?.about).toBe(lives[3]?.taskId)
    expect(last?.sentence).toBe(
      'Stopped: out of memory. All 3 attempts are used up: given up. Give it more memory, or let heal.oom in longshore.yml do so, then run it again by hand.',
    )
    expect(told.world.slack.messages.filter(({ message }) => message.text.includes('given up'))).toHaveLength(
      1,
    )
    expect(unrest(told)).toEqual([])
  })

  it('with heal.oom gets more each time, up to the most, and then says so', async () => {
    const policy = ownersWish.replace('attempts: 3, backoff: 10s..1m }', '$& , oom: { upTo: 4GB }')
    const told = withCalls(() => {}, { policy })
    const first = told.start('etl')
    await told.run(2 * minute)
    told.world.setFate('etl', { how: 'oom', afterMs: 90 * second })
    told.world.killTask(first, 'oom')
    await told.run(20 * minute)

    const had = byBirth(await told.tasks('etl')).map(({ cpuUnits, memoryMiB }) => `${cpuUnits}/${memoryMiB}`)
    expect(had).toEqual(['256/512', '256/1024', '256/2048', '512/3072'])
    expect(told.calls[0]?.spec.overrides).toMatchObject({ cpu: '256', memory: '1024' })
    const sentences = told.journal.map(({ sentence }) => sentence)
    expect(sentences.filter(sentence => sentence.includes('instead of'))).toEqual([
      expect.stringContaining('Run again with 1,024 MiB instead of 512 MiB, attempt 1 of 3'),
      expect.stringContaining('Run again with 2,048 MiB instead of 1,024 MiB, attempt 2 of 3'),
      expect.stringContaining('Run again with 3,072 MiB instead of 2,048 MiB, attempt 3 of 3'),
    ])
    expect(sentences.filter(sentence => sentence.includes('the last with 3,072 MiB'))).toHaveLength(1)
    expect(unrest(told)).toEqual([])
  })

  it('with a sidecar of AWS beside it from the beginning, runs again without asking for one', async () => {
    // AWS gives it something of its own, which RunTask would refuse from anybody else.
    const region = { environment: [{ name: 'REGION', value: 'eu-west-1' }] }
    const told = withCalls(() => {}, {
      ports: ({ ecs }) => ({
        ecs: {
          ...ecs,
          async describeTasks(cluster, ids) {
            const { tasks, missing } = value(await ecs.describeTasks(cluster, ids))
            const described = tasks.map(task => {
              const { containerOverrides = [], ...overrides } = task.overrides
              const given = containerOverrides.map(each =>
                sidecars.test(each.name ?? '') ? { ...each, ...region } : each,
              )
              return { ...task, overrides: { ...overrides, containerOverrides: given } }
            })
            return { ok: true, value: { tasks: described, missing } }
          },
        },
      }),
    })
    told.world.injectSidecar('prod')
    const app = { name: 'app', command: ['load'] }
    const first = told.world.runTask({
      cluster: 'prod',
      taskDefinition: 'etl',
      network,
      overrides: { containerOverrides: [app] },
    })
    await told.run(2 * minute)
    const [before] = await told.tasks('etl')
    expect(before?.overrides.containerOverrides).toHaveLength(2)
    expect(before?.containers.filter(({ name }) => sidecars.test(name))).toHaveLength(1)
    told.world.killTask(first, 'oom')
    await told.run(3 * minute)

    expect(told.calls.map(({ spec }) => spec.overrides)).toEqual([{ containerOverrides: [app] }])
    const [after] = (await told.tasks('etl')).filter(isRunning)
    expect(after?.containers.filter(({ name }) => sidecars.test(name))).toHaveLength(1)
    expect(unrest(told)).toEqual([])
  })
})

describe('an image that is not there', () => {
  it('is not pulled again: people are told what to do, once', async () => {
    const told = withCalls()
    told.world.setFate('etl', { how: 'image-not-found', afterMs: 0 })
    told.start('etl')
    await told.run(hour - minute)
    expect(told.calls).toEqual([])
    expect(await told.tasks('etl')).toHaveLength(1)
    expect(told.slack()).toEqual(['etl (prod): Longshore left a stopped task as it is'])
    expect(told.world.slack.messages[0]?.message.text).toContain(
      'Stopped: image not found. Not run again, it would fail the same way. Push the image, or register a revision that names an existing one.',
    )
    expect(unrest(told)).toEqual([])
  })
})

describe('tasks that somebody else looks after', () => {
  /** Only AWS itself may write a space into `startedBy`: the owner's RunTask cannot, so it is written on the way. */
  const byStepFunctions: Twist = {
    events: event => [{ event: { ...event, detail: { ...event.detail, startedBy: 'AWS Step Functions' } } }],
    ports: ({ ecs }) => ({
      ecs: {
        ...ecs,
        async describeTasks(cluster, ids) {
          const { tasks, missing } = value(await ecs.describeTasks(cluster, ids))
          const theirs = tasks.map(task => ({ ...task, startedBy: 'AWS Step Functions' }))
          return { ok: true, value: { tasks: theirs, missing } }
        },
      },
    }),
  }

  it.each([
    ['Step Functions', byStepFunctions, null],
    ['Batch', {}, 'AWSBatch-nightly-11112222-3333-4444-5555-666677778888'],
  ])('%s: stopped in the middle, and never run by us', async (_, twist, group) => {
    const told = withCalls(() => {}, twist)
    const theirs = told.world.runTask({ cluster: 'prod', taskDefinition: 'etl', network, group })
    await told.run(2 * minute)
    told.world.killTask(theirs, 'oom')
    await told.run(30 * minute)
    expect(told.calls).toEqual([])
    expect(await told.tasks('etl')).toHaveLength(1)
    expect(told.slack()).toEqual([])
    const { evidence, launchSpecs } = told.longshore.store.contents()
    expect([evidence, launchSpecs]).toEqual([[], []])
    expect(unrest(told)).toEqual([])
  })

  it('a service of the same family: ECS replaces its task, we do not', async () => {
    const told = withCalls()
    told.world.createService({ cluster: 'prod', name: 'etl-always', taskDefinition: 'etl', desiredCount: 1 })
    await told.run(2 * minute)
    const [theirs] = running(await told.tasks('etl'))
    told.world.killTask(theirs ?? '', 'oom')
    await told.run(30 * minute)
    expect(told.calls).toEqual([])
    expect(startedByLongshore(await told.tasks('etl'))).toEqual([])
    expect(running(await told.tasks('etl'))).toHaveLength(1)
    expect(running(await told.tasks('etl'))).not.toEqual([theirs])
    expect(told.slack()).toEqual([])
    expect(unrest(told)).toEqual([])
  })
})

describe('RunTask, call by call', () => {
  it('has no memory to give, twice: a new token each time, 10 s and 20 s apart, then one task', async () => {
    const told = withCalls((call, { world }) => {
      if (call === 3) world.noCapacity(null, null)
    })
    const first = told.start('etl')
    await told.run(2 * minute)
    told.world.noCapacity('RESOURCE:MEMORY', null)
    told.world.killTask(first, 'oom')
    await told.run(10 * minute)

    const [one, two, three, ...more] = told.calls
    expect(more).toEqual([])
    expect(wholeSeconds((two?.atMs ?? 0) - (one?.atMs ?? 0))).toBe(10)
    expect(wholeSeconds((three?.atMs ?? 0) - (two?.atMs ?? 0))).toBe(20)
    expect(new Set(told.calls.map(({ clientToken }) => clientToken)).size).toBe(3)
    expect(new Set(told.calls.map(({ startedBy }) => startedBy))).toEqual(
      new Set([`longshore/${idOf(first)}/1`]),
    )
    expect(startedByLongshore(await told.tasks('etl'))).toHaveLength(1)
    expect(told.slack()).toEqual([
      'etl (prod): Longshore could not run a stopped task again',
      'etl (prod): Longshore ran a stopped task again',
    ])
    expect(told.world.slack.messages[0]?.message.text).toContain('RESOURCE:MEMORY')
    expect(unrest(told)).toEqual([])
  })

  it('loses its answer after the task was started: asked about, and not called a second time', async () => {
    const told = withCalls()
    const first = told.start('etl')
    await told.run(2 * minute)
    told.world.failNext('ecs:RunTask', { code: 'unavailable', applied: true })
    told.world.killTask(first, 'oom')
    await told.run(30 * minute)
    expect(told.calls).toHaveLength(1)
    expect(startedByLongshore(await told.tasks('etl'))).toHaveLength(1)
    expect(unrest(told)).toEqual([])
  })

  it('loses its answer before anything was started: the same token again, and one task', async () => {
    const told = withCalls()
    const first = told.start('etl')
    await told.run(2 * minute)
    told.world.failNext('ecs:RunTask', { code: 'unavailable' })
    told.world.killTask(first, 'oom')
    await told.run(30 * minute)
    expect(told.calls).toHaveLength(2)
    expect(told.calls[1]?.clientToken).toBe(told.calls[0]?.clientToken)
    expect(startedByLongshore(await told.tasks('etl'))).toHaveLength(1)
    expect(unrest(told)).toEqual([])
  })
})

describe('a wake-up that SQS does not take', () => {
  it('is made up for by the sweep at the next full minute', async () => {
    const told = story()
    const first = told.start('etl')
    await told.run(2 * minute + second)
    // After DEACTIVATING, STOPPING, DEPROVISIONING and STOPPED. One more would make the sweep itself fail.
    for (let n = 0; n < 4; n++) told.world.failNext('sqs:SendMessageBatch', { code: 'unavailable' })
    told.world.killTask(first, 'oom')
    await told.run(5 * minute)
    const [replacement, ...others] = startedByLongshore(await told.tasks('etl'))
    expect(others).toEqual([])
    expect(replacement?.createdAtMs).toBe(startAtMs + 3 * minute)
    expect(unrest(told)).toEqual([])
  })
})

describe('a policy that names nothing of what is there', () => {
  it('keeps nothing, says nothing, changes nothing', async () => {
    const told = story({
      policy: ownersWish
        .replace('service: web', 'service: shop-*')
        .replaceAll(/web-cpu-\w+/g, '"{service}$&"')
        .replace('family: etl', 'family: nightly-*')
        .replace('family: thumbs', 'family: faces-*'),
    })
    const { world } = told
    world.createService({ cluster: 'prod', name: 'web', taskDefinition: 'web', desiredCount: 1 })
    world.load('prod/web', 500, 100)
    webAlarms(world)
    const job = told.start('etl')
    const thumb = told.start('thumbs')
    await told.run(2 * minute)
    world.killTask(job, 'oom')
    world.killTask(thumb, 'crash')
    await told.run(30 * minute)
    expect(told.longshore.store.contents()).toEqual({
      states: [],
      evidence: [],
      launchSpecs: [],
      journal: [],
    })
    expect([await told.desired(), await told.named(), told.slack()]).toEqual([1, [], []])
    expect(running([...(await told.tasks('etl')), ...(await told.tasks('thumbs'))])).toEqual([])
    expect(told.longshore.deadLetters).toEqual([])
  })
})

describe('the tag longshore:max', () => {
  it('caps what an alarm asks for', async () => {
    const told = story()
    const tags = { 'longshore:max': '3' }
    told.world.createService({ cluster: 'prod', name: 'web', taskDefinition: 'web', desiredCount: 2, tags })
    told.world.load('prod/web', 500, 100)
    webAlarms(told.world)
    await told.run(30 * minute)
    expect(await told.desired()).toBe(3)
    expect(told.slack()).toEqual(['web (prod): Longshore scaled out, 2 → 3 tasks'])
    // 100 % CPU is 25 over: the second step adds 2.
    expect(told.world.slack.messages[0]?.message.text).toContain(
      'web-cpu-high is 25 over its threshold of 75 (100): the step adds 2 tasks to 2, limited to the maximum of 3.',
    )
    expect(told.lines('web')).toContain('held at-max')
    expect(value(await told.world.ports.ecs.describeServices('prod', ['web'])).services[0]?.tags).toEqual(
      tags,
    )
  })
})

describe('a task that runs longer than it may', () => {
  const policy = (then: string) =>
    ownersWish.replace(
      'attempts: 3, backoff: 10s..1m }',
      `$& , stop: { maxRuntime: { after: 30m, then: ${then} } }`,
    )

  it.each([
    ['leave', 1],
    ['restart', 2],
  ])('is stopped once, and then: %s', async (then, lives) => {
    const told = story({ policy: policy(then) })
    const first = told.start('etl')
    await told.run(45 * minute)

    const tasks = byBirth(await told.tasks('etl'))
    expect(tasks).toHaveLength(lives)
    expect(tasks[0]).toMatchObject({ taskId: idOf(first), stoppedReason: 'longshore:max-runtime' })
    const ranMs = (tasks[0]?.stoppingAtMs ?? 0) - (tasks[0]?.startedAtMs ?? 0)
    expect(ranMs).toBeGreaterThanOrEqual(30 * minute)
    expect(ranMs).toBeLessThan(31 * minute)
    expect(told.lines('etl', 'done').filter(line => line === 'done stop-task')).toHaveLength(1)
    expect(told.slack().filter(text => text.includes('stopped a task'))).toHaveLength(1)
    expect(unrest(told)).toEqual([])
  })

  it('and a stop that ECS refuses is told, and asked for again later', async () => {
    const told = story({ policy: policy('leave') })
    told.start('etl')
    await told.run(25 * minute)
    told.world.failNext('ecs:StopTask', { code: 'denied' })
    await told.run(20 * minute)
    expect(told.lines('etl', 'failed')).toEqual(['failed stop-task'])
    await told.run(70 * minute)
    expect(told.lines('etl', 'done').filter(line => line === 'done stop-task')).toHaveLength(1)
  })
})
