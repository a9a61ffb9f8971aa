import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Course, ServiceFacts } from '../../src/backtest/autoscaler.ts'
import type { PeerName, Subject } from '../../src/backtest/peer.ts'
import { peers } from '../../src/backtest/peers.ts'
import { root } from '../house/house.ts'
import { facts, run } from './fluid-service.ts'

const usual = (name: PeerName, subject: Subject) => {
  const setting = peers[name].settings(subject)[peers[name].usual(subject)]
  if (!setting) throw new Error(`${name} has no usual setting`)
  return setting
}

const all = Object.values(peers)
const web: Subject = { service: facts(), peakTasks: 20 }
const queue: Subject = { service: facts({ kind: 'queue', min: 0, deadlineSeconds: 120 }), peakTasks: 20 }

describe('the registry', () => {
  it('knows every file of its directory under its name, and no other', () => {
    const files = readdirSync(join(root, 'src/backtest/peers'), { withFileTypes: true })
    const names = files.filter(file => file.isFile()).map(({ name }) => basename(name, '.ts'))
    expect(Object.keys(peers).sort()).toEqual(names.sort())
    for (const [name, peer] of Object.entries(peers)) expect(peer.name).toBe(name)
  })

  it.each(all)('$name says in one sentence what it is', ({ describe: sentence }) => {
    expect(sentence).toMatch(/^[A-Z][^.]*\.$|^[A-Z].*v2[^.]*\.$/)
  })

  it.each(all)('$name has ten settings for every kind of service, each of another name', peer => {
    for (const subject of [web, queue]) {
      const settings = peer.settings(subject)
      expect(settings).toHaveLength(10)
      expect(new Set(settings.map(({ setting }) => setting)).size).toBe(10)
      expect(settings[peer.usual(subject)]).toBeDefined()
      for (const { setting, create } of settings)
        expect(create()).toMatchObject({ name: peer.name, setting, firstLook: expect.any(Number) })
    }
  })

  it.each([
    ['target-tracking', 'target 70%', 'target 70%'],
    ['target-tracking-20s', 'target 70%', 'target 70%'],
    ['step', 'target 70%', 'target 70%'],
    ['hpa', 'target 70%', 'target 70%'],
    ['keda', 'rps 70%', 'queueLength 300 (30 s of work)'],
    ['predictive', 'target 70%', 'target 70%'],
    ['static', '100% of peak: 20 tasks', '100% of peak: 20 tasks'],
  ] as const)('%s usually has %s for web and %s for a queue', (name, forWeb, forQueue) => {
    expect([web, queue].map(subject => usual(name, subject).setting)).toEqual([forWeb, forQueue])
  })
})

const day = 86_400
/** Day and night: 20 to 180 a second, or 0.2 to 1.8 where a piece of work takes ten seconds. */
const sine = (scale: number) => (t: number) => scale * (100 - 80 * Math.cos((2 * Math.PI * t) / day))
const slowQueue: Subject = {
  service: { ...queue.service, capacityPerTask: 0.1 },
  peakTasks: 20,
}

describe('two weeks of day and night', () => {
  it.each<
    [name: PeerName, kind: 'web' | 'queue', taskDays: [least: number, most: number], actionsPerDay: number]
  >([
    // The work alone is 140 task-days; at 70 % of its capacity it is 200.
    ['target-tracking', 'web', [200, 220], 60],
    ['target-tracking-20s', 'web', [200, 220], 60],
    ['step', 'web', [200, 260], 60],
    ['hpa', 'web', [195, 210], 60],
    ['keda', 'web', [195, 210], 60],
    ['predictive', 'web', [200, 225], 60],
    ['static', 'web', [279, 280], 1],
    ['target-tracking', 'queue', [200, 220], 60],
    ['hpa', 'queue', [195, 210], 60],
    // Nobody finds it calm, but it does not grow: the queue empties, and it lets go five minutes later.
    ['keda', 'queue', [140, 250], 1600],
  ])('%s does not run away on %s', (name, kind, [least, most], actionsPerDay) => {
    const subject = kind === 'web' ? web : slowQueue
    const load = { rate: sine(kind === 'web' ? 1 : 0.01), seconds: 14 * day, tasks: 10 }
    const { desired, waiting, changes } = run(usual(name, subject).create(), {
      ...load,
      service: subject.service,
    })

    const taskDays = desired.reduce((sum, count) => sum + count) / day
    expect(taskDays).toBeGreaterThanOrEqual(least)
    expect(taskDays).toBeLessThanOrEqual(most)
    expect(desired.reduce((most, count) => Math.max(most, count))).toBeLessThanOrEqual(40)
    expect(changes.length / 14).toBeLessThanOrEqual(actionsPerDay)
    // Web never waits; a queue never longer than its deadline.
    const longest = kind === 'web' ? 0 : 120
    expect(waiting.findIndex((amount, t) => amount > longest * load.rate(t))).toBe(-1)
  })
})

describe('one message per task', () => {
  it('keeps KEDA as calm as anybody, where a message takes as long as the setting says', () => {
    const [most] = peers.keda.settings(slowQueue)
    if (!most) throw new Error('no setting')
    expect(most.setting).toBe('queueLength 1 (10 s of work)')
    const load = { rate: sine(0.01), seconds: 2 * day, tasks: 10, service: slowQueue.service }
    const { desired, changes } = run(most.create(), load)
    expect(desired.reduce((sum, count) => sum + count) / day).toBeLessThan(23)
    expect(changes.length).toBeLessThan(100)
  })
})

describe('whatever it is shown', () => {
  /** Sums of nonsense: what a broken metric source might hold. */
  const nonsense = (value: number): Course => {
    const sums = new Float64Array(100_001).fill(value)
    return {
      now: 99_990,
      desired: 5,
      ready: 5,
      starting: 0,
      waiting: value,
      inService: value,
      oldestWaitSeconds: value,
      arrived: sums,
      served: sums,
      late: sums,
      readyTaskSeconds: sums,
      busyTaskSeconds: sums,
      service: web.service,
    }
  }
  const bounds: Partial<ServiceFacts>[] = [
    { min: 0, max: 0 },
    { min: 3, max: 3 },
    { min: 0, max: 10_000 },
  ]

  it.each(
    all.flatMap(({ name }) =>
      (['web', 'queue'] as const).flatMap(kind =>
        [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -1, 1e308].map(value => ({
          name,
          kind,
          value,
        })),
      ),
    ),
  )('$name on $kind answers a whole number within the bounds for sums of $value', ({ name, kind, value }) => {
    const shown = nonsense(value)
    for (const change of bounds) {
      const service = facts({ kind, ...change })
      for (const { create } of peers[name].settings({ service, peakTasks: 20 })) {
        const peer = create()
        for (const [desired, ready, starting] of [
          [5, 5, 0],
          [0, 0, 0],
          [5, 0, 5],
          [20_000, 1, 19_999],
        ] as const) {
          const course = { ...shown, service, desired, ready, starting }
          const answer = peer.look(course)
          expect(Number.isInteger(answer.desired), `${answer.desired}`).toBe(true)
          expect(answer.desired).toBeGreaterThanOrEqual(service.min)
          expect(answer.desired).toBeLessThanOrEqual(service.max)
          expect(answer.nextLook).toBeGreaterThan(course.now)
        }
      }
    }
  })
})

describe('nobody looks ahead', () => {
  /** The newest second that may be read, seconds ago. Queue depths are asked directly. */
  const freshest: Record<PeerName, number> = {
    'target-tracking': 120,
    'target-tracking-20s': 20,
    step: 120,
    hpa: 15,
    keda: 15,
    predictive: 120,
    static: 0,
  }

  it.each(
    all.flatMap(({ name }) => [web, queue].map(subject => ({ name, kind: subject.service.kind, subject }))),
  )(
    '$name on $kind reads nothing newer than its metrics, and nothing from before the history',
    ({ name, subject }) => {
      let newest = 0
      const guarded = (sums: Float64Array) =>
        new Proxy(sums, {
          get: (target, key) => {
            const index = Number(key)
            if (!(index >= 0 && index <= newest))
              throw new Error(`second ${index} was read, known is ${newest}`)
            return Reflect.get(target, key)
          },
        })
      const { look, ...rest } = usual(name, subject).create()
      const watched = {
        ...rest,
        look: (course: Course) => {
          newest = course.now - freshest[name]
          return look({
            ...course,
            arrived: guarded(course.arrived),
            served: guarded(course.served),
            late: guarded(course.late),
            readyTaskSeconds: guarded(course.readyTaskSeconds),
            busyTaskSeconds: guarded(course.busyTaskSeconds),
          })
        },
      }
      const load = { rate: sine(1), seconds: 1.5 * day, tasks: 10, service: subject.service }
      expect(() => run(watched, load)).not.toThrow()
    },
  )
})
