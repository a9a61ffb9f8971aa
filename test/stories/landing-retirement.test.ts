import { describe, expect, it } from 'vitest'
import { targetName } from '../../src/model/target.ts'
import { isRunning } from '../../src/model/task.ts'
import { day, hour, minute } from '../../src/model/time.ts'
import { workOff } from '../../src/reconcile/worker.ts'
import { retirementNotice } from '../../src/world/retirement-notice.ts'
import { bench } from '../decide/landing-table.ts'
import { idOf, ownersWish, running, type Story, startAtMs, story, unrest } from './landing-stage.ts'

/** AWS announces that it will stop tasks to renew their hosts. The stories begin at 09:00 UTC. */

const nightly = (mode = 'act', old = 'leave') =>
  ownersWish
    .replace('mode: act', `mode: ${mode}`)
    .replace(
      'heal: { restart: { on: [crash, oom, spot, host, start], attempts: 3, backoff: 10s..1m } }',
      `heal: { restart: { on: [crash, oom, spot, host, start] }, retirement: { window: "02:00-05:00 UTC", then: ${old} } }`,
    )

const inThreeDays = startAtMs + 3 * day

async function opened(policy = nightly(), tasks = 1): Promise<Story & { old: string[] }> {
  const told = story({ policy })
  const old = Array.from({ length: tasks }, () => told.start('etl'))
  await told.run(30 * minute)
  return { ...told, old }
}

describe('a standalone task that AWS will stop', () => {
  it('is replaced in the window, runs on beside its replacement until its day, and is not run again then', async () => {
    const told = await opened()
    const [old = ''] = told.old
    const notice = retirementNotice(old, inThreeDays)
    told.longshore.send(notice)
    await told.run(minute)
    expect(told.slack()).toEqual(['etl (prod): Longshore heard that AWS will stop a task'])
    expect(told.journal.at(-1)?.sentence).toBe(
      'AWS stops it from 2026-11-26 09:00 UTC on, to renew its host. Another is started in its place when the window of heal.retirement opens, at 2026-11-24 02:00 UTC.',
    )
    told.longshore.send(notice)
    await told.run(16 * hour + 20 * minute)
    expect(running(await told.tasks('etl'))).toEqual([idOf(old)])
    await told.run(20 * minute)
    const [replacement, ...others] = (await told.tasks('etl')).filter(task => task.taskId !== idOf(old))
    expect(others).toEqual([])
    expect(replacement).toMatchObject({ lastStatus: 'RUNNING', startedBy: `longshore/${idOf(old)}/1` })
    expect(told.lines('etl')).toEqual(['held retirement-planned', 'done run-task'])

    // The notice once more, and an older one; then the day comes, when the replacement itself is over.
    told.longshore.send(notice)
    await told.run(2 * day)
    told.world.killTask(replacement?.taskArn ?? '', 'complete')
    await told.run(2 * hour)
    told.world.killTask(old, 'maintenance')
    await told.run(2 * hour)
    expect((await told.tasks('etl')).filter(isRunning)).toEqual([])
    expect(told.lines('etl', 'done')).toEqual(['done run-task'])
    expect(told.lines('etl').at(-1)).toBe('held already-replaced')
    expect(unrest(told)).toEqual([])
    const [etl] = told.longshore.store.contents().states.filter(({ target }) => targetName(target) === 'etl')
    expect(etl?.memory.healing).not.toHaveProperty('replaced')
  })

  it('is stopped once its replacement has run for a minute, where the owner does not want two', async () => {
    const told = await opened(nightly('act', 'replace'), 2)
    told.longshore.send(retirementNotice(told.old, inThreeDays))
    await told.run(17 * hour)
    const tasks = await told.tasks('etl')
    expect(running(tasks)).toHaveLength(2)
    for (const old of tasks.filter(({ startedBy }) => startedBy === null))
      expect(old).toMatchObject({ lastStatus: 'STOPPED', stoppedReason: 'longshore:retirement' })
    expect(told.lines('etl', 'done')).toEqual([
      'done run-task',
      'done stop-task',
      'done run-task',
      'done stop-task',
    ])
    await told.run(3 * day)
    expect(told.lines('etl', 'done')).toHaveLength(4)
    expect(unrest(told)).toEqual([])
  })

  it('is left when its replacement does not come to run', async () => {
    const told = await opened(nightly('act', 'replace'))
    told.longshore.send(retirementNotice(told.old, inThreeDays))
    told.world.setFate('etl', { how: 'image-not-found', afterMs: 0 })
    await told.run(20 * hour)
    expect(told.lines('etl', 'done')).toEqual(['done run-task'])
    expect(running(await told.tasks('etl'))).toEqual(told.old.map(idOf))
  })

  it('hands its clients on before it is stopped, where it is discovered', async () => {
    const policy = ownersWish.replace(
      'family: thumbs }\n    heal: { restart: { on: [crash, oom, spot, host, start] } }',
      'family: thumbs }\n    heal: { restart: { on: [crash, oom, spot, host, start] }, retirement: { window: "02:00-05:00 UTC" } }',
    )
    const told = story({ policy })
    const old = told.start('thumbs')
    await told.run(30 * minute)
    expect(await told.named()).toEqual([idOf(old)])
    told.longshore.send(retirementNotice(old, inThreeDays))
    await told.run(17 * hour)
    const [left, ...others] = running(await told.tasks('thumbs'))
    expect(others).toEqual([])
    expect(left).not.toBe(idOf(old))
    expect(await told.named()).toEqual([left])
    expect(told.lines('thumbs', 'done')).toEqual([
      'done register-instance',
      'done run-task',
      'done register-instance',
      'done deregister-instance',
      'done stop-task',
    ])
    expect(unrest(told)).toEqual([])
  })

  it('whose rule does not ask for it is told once, and run again after its stop', async () => {
    const told = await opened(ownersWish)
    const [old = ''] = told.old
    for (let times = 0; times < 3; times++) told.longshore.send(retirementNotice(old, inThreeDays))
    await told.run(day)
    expect(told.slack()).toEqual(['etl (prod): Longshore heard that AWS will stop a task'])
    told.world.killTask(old, 'maintenance')
    await told.run(10 * minute)
    expect(told.lines('etl', 'done')).toEqual(['done run-task'])
    expect(running(await told.tasks('etl'))).toHaveLength(1)
    expect(unrest(told)).toEqual([])
  })

  it('is one of several: one replacement starts after the other', async () => {
    const told = await opened(nightly(), 3)
    told.longshore.send(retirementNotice(told.old, inThreeDays))
    let most = 0
    await told.run(16 * hour + 20 * minute)
    for (let minutes = 0; minutes < 30; minutes++) {
      await told.run(minute)
      const starting = (await told.tasks('etl')).filter(task => task.startedBy !== null && !isRunning(task))
      most = Math.max(most, starting.length)
    }
    expect(most).toBe(1)
    expect(running(await told.tasks('etl'))).toHaveLength(6)
    expect(told.lines('etl', 'done')).toHaveLength(3)
  })

  it('is only told of in mode observe', async () => {
    const told = await opened(nightly('observe'))
    told.longshore.send(retirementNotice(told.old, inThreeDays))
    await told.run(day)
    expect(running(await told.tasks('etl'))).toHaveLength(1)
    expect(told.lines('etl')).toEqual(['held retirement-planned', 'observed run-task'])
    expect(told.slack().at(-1)).toBe(
      'etl (prod): Longshore would start another task in the place of one that AWS will stop',
    )
    expect(unrest(told)).toEqual([])
  })

  it('gets its replacement when it stops before the window opens', async () => {
    const told = await opened()
    told.longshore.send(retirementNotice(told.old, inThreeDays))
    await told.run(hour)
    told.world.killTask(told.old[0] ?? '', 'oom')
    await told.run(day)
    expect(told.lines('etl', 'done')).toEqual(['done run-task'])
    expect(running(await told.tasks('etl'))).toHaveLength(1)
    expect(unrest(told)).toEqual([])
  })

  it('and that a list leaves out for a while is not taken for gone', async () => {
    let hides = false
    const told = story({
      policy: nightly(),
      ports: ({ ecs }) => ({
        ecs: {
          ...ecs,
          listTasks: async (...args) => (hides ? { ok: true, value: [] } : ecs.listTasks(...args)),
        },
      }),
    })
    const old = told.start('etl')
    await told.run(30 * minute)
    hides = true
    told.longshore.send(retirementNotice(old, inThreeDays))
    await told.run(5 * minute)
    hides = false
    await told.run(day)
    expect(told.lines('etl')).toEqual(['held retirement-planned', 'done run-task'])
  })

  it('that no rule names, or that nobody knows any more, is none of our business', async () => {
    const told = await opened()
    const other = told.start('other')
    await told.run(minute)
    const gone = other.replace(/[^/]+$/, '0123456789abcdef0123456789abcdef')
    const elsewhere = 'arn:aws:ecs:eu-west-1:111122223333:task/staging/0123456789abcdef0123456789abcdef'
    told.longshore.send(retirementNotice([other, gone, elsewhere], inThreeDays))
    await told.run(day)
    expect(told.lines('other')).toEqual([])
    expect(told.longshore.deadLetters).toEqual([])
  })
})

describe('a service whose tasks AWS will stop', () => {
  it('is told once, with the day and the tasks, and left to ECS; another day is another notice', async () => {
    const told = story()
    const task = 'arn:aws:ecs:eu-west-1:111122223333:task/prod/0123456789abcdef0123456789abcdef'
    const notice = retirementNotice(['prod|web', task, 'prod|unknown'], inThreeDays)
    const alone = retirementNotice(['prod|web', task], inThreeDays)
    for (const each of [alone, notice, alone]) told.longshore.send(each)
    await told.run(hour)
    expect(told.slack()).toEqual(['web (prod): Longshore heard that AWS will stop some of its tasks'])
    expect(told.journal.filter(({ room }) => room === 'healing')).toMatchObject([
      {
        outcome: 'held',
        because: { code: 'retirement-of-service', atMs: inThreeDays },
        facts: [{ label: 'Tasks', value: '0123456789abcdef0123456789abcdef' }],
      },
    ])
    told.longshore.send(retirementNotice('prod|web', inThreeDays + day))
    await told.run(hour)
    expect(told.lines('web').filter(line => line.includes('retirement'))).toHaveLength(2)
  })
})

describe('each worker takes what is its own', () => {
  const notice = (task: string) => [{ id: 'm1', body: retirementNotice(['prod|web', task], inThreeDays) }]
  const launch = (on: ReturnType<typeof bench>) => {
    const network = { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' as const }
    const task = on.world.runTask({ cluster: 'prod', taskDefinition: 'etl', network })
    on.world.advance(minute)
    return task
  }

  it.each([
    ['service', ['service/prod/web'], []],
    ['family', [], ['retirement/']],
  ] as const)('%s', async (serves, told, kept) => {
    const on = bench({ serves })
    expect(await workOff(on.landing, notice(launch(on)))).toEqual([])
    const { journal, evidence } = on.store.contents()
    const targets = journal.map(({ entry: { target } }) => `${target.kind}/${target.cluster}/web`)
    expect(targets.filter(key => key.startsWith('service'))).toEqual(told)
    expect(evidence.map(each => each.evidence.key.slice(0, 11))).toEqual(kept)
  })

  it('and a notice whose task ECS does not tell of comes again', async () => {
    const on = bench({ serves: 'family' })
    const task = launch(on)
    const { ecs } = on.ports
    const failure = { code: 'throttled', message: 'Slow down', operation: 'ecs:DescribeTasks' } as const
    on.ports.ecs = { ...ecs, describeTasks: async () => ({ ok: false, failure }) }
    expect(await workOff(on.landing, notice(task))).toEqual(['m1'])
    expect(on.store.contents().evidence).toEqual([])
    on.ports.ecs = ecs
    expect(await workOff(on.landing, notice(task))).toEqual([])
    expect(on.store.contents().evidence).toHaveLength(1)
  })
})
