import { describe, expect, it } from 'vitest'
import type { Alarm, MetricQuery } from '../../src/model/alarm.ts'
import type { CloudWatch, Ecs } from '../../src/model/ports.ts'
import { type Answer, answered, type FailureCode, refused } from '../../src/model/reading.ts'
import type { Service } from '../../src/model/service.ts'
import { sideBySide } from '../../src/reconcile/side-by-side.ts'
import { readTogether } from '../../src/reconcile/together/reads.ts'
import { turn } from '../../src/simulation/turn.ts'

const query = (id: string, expression: string | null = null): MetricQuery => ({
  id,
  returnData: true,
  stat: null,
  expression,
  periodSeconds: 60,
})

/** AWS as these looks see it: it tells what it was asked, and refuses whatever names `wrong`. */
function account(refusal: FailureCode | 'throws' | null = null) {
  const calls: string[] = []
  const frozen = new Map<string, Promise<void>>()
  const answer = <T>(verb: string, names: string[], value: T): Answer<T> => {
    calls.push(`${verb} ${names.join(' ')}`)
    if (refusal === null || !names.some(name => name.includes('wrong'))) return answered(value)
    if (refusal === 'throws') throw new TypeError('a bug of ours')
    return refused(verb, refusal, 'no')
  }
  const ecs = {
    describeServices: async (cluster: string, names: string[]) => {
      const told = answer('services', names, {
        services: names.filter(name => name !== 'gone').map(name => ({ service: name }) as Service),
        missing: names.filter(name => name === 'gone'),
      })
      await frozen.get(cluster)
      return told
    },
  } as Ecs
  const cloudWatch = {
    describeAlarms: async (names: string[]) =>
      answer(
        'alarms',
        names,
        names.map(alarmName => ({ alarmName }) as Alarm),
      ),
    getMetricData: async (queries: MetricQuery[]) =>
      answer(
        'metrics',
        queries.map(({ id, expression }) => expression ?? id),
        queries.map(({ id }) => ({ id, points: [], status: 'Complete' as const })),
      ),
  } as CloudWatch
  const { join } = readTogether({ ecs, cloudWatch })
  const look = () => {
    const { ports, leave } = join()
    return {
      leave,
      services: async (...names: string[]) => ports.ecs.describeServices('prod', names),
      servicesIn: async (cluster: string, name: string) => ports.ecs.describeServices(cluster, [name]),
      alarms: async (...names: string[]) => ports.cloudWatch.describeAlarms(names),
      metrics: async (...queries: MetricQuery[]) => ports.cloudWatch.getMetricData(queries, 0, 60_000),
    }
  }
  /** What is asked of that cluster is answered when the answer is called. */
  const slow = (cluster: string): (() => void) => {
    let thaw = () => {}
    frozen.set(cluster, new Promise(resolve => (thaw = resolve)))
    return () => thaw()
  }
  return { calls, look, slow }
}

const codeOf = (answer: Answer<unknown>) => (answer.ok ? 'ok' : answer.failure.code)

describe('looks side by side', () => {
  it('ask once when all of them wait, each kind of read by a call of its own', async () => {
    const { calls, look } = account()
    const [a, b, c] = [look(), look(), look()]
    const told = await Promise.all([a.services('web'), b.services('gone'), c.alarms('high')])
    expect(calls).toEqual(['services web gone', 'alarms high'])
    expect(told[0]).toEqual(answered({ services: [{ service: 'web' }], missing: [] }))
    expect(told[1]).toEqual(answered({ services: [], missing: ['gone'] }))
  })

  it('wait for the one that still works, and not for one that has left', async () => {
    const { calls, look } = account()
    const [a, b, c] = [look(), look(), look()]
    const told = [a.services('web'), b.services('api')]
    await turn()
    expect(calls).toEqual([])
    c.leave()
    await Promise.all(told)
    expect(calls).toEqual(['services web api'])
  })

  it('wait for one that waits for an earlier answer: it will ask again', async () => {
    const { calls, look, slow } = account()
    const [a, b] = [look(), look()]
    const thaw = slow('test')
    const late = a.servicesIn('test', 'web').then(() => a.metrics(query('m')))
    await b.servicesIn('prod', 'web')
    const soon = b.metrics(query('m'))
    await turn()
    expect(calls).toEqual(['services web', 'services web'])
    thaw()
    await Promise.all([late, soon])
    expect(calls.slice(2)).toEqual(['metrics c0_m c1_m'])
  })

  it('ask for all that one of them asks for at once', async () => {
    const { calls, look } = account()
    const [a, b] = [look(), look()]
    const first = b.metrics(query('m'))
    await Promise.all([a.metrics(query('m')), a.metrics(query('n')), first])
    expect(calls).toEqual(['metrics c0_m c1_m c2_n'])
  })

  it('go on in rounds', async () => {
    const { calls, look } = account()
    const course = async ({ services, metrics, leave }: ReturnType<typeof look>, name: string) => {
      await services(name)
      await metrics(query('m'))
      leave()
    }
    const looks = [look(), look()]
    await Promise.all(looks.map((each, n) => course(each, `s${n}`)))
    expect(calls).toEqual(['services s0 s1', 'metrics c0_m c1_m'])
  })

  it('that ask for the same get the same', async () => {
    const { calls, look } = account()
    const [a, b] = [look(), look()]
    const told = await Promise.all([a.alarms('high', 'low'), b.alarms('high')])
    expect(calls).toEqual(['alarms high low'])
    expect(told).toEqual([
      answered([{ alarmName: 'high' }, { alarmName: 'low' }]),
      answered([{ alarmName: 'high' }]),
    ])
  })

  it('one alone asks in its own words', async () => {
    const { calls, look } = account()
    await look().metrics(query('m'), query('e', 'm / 2'))
    expect(calls).toEqual(['metrics m m / 2'])
  })
})

describe('a call of several that fails', () => {
  it.each(['throttled', 'unavailable', 'not-found', 'quota'] as const)(
    '%s: it failed for all',
    async code => {
      const { calls, look } = account(code)
      const [a, b] = [look(), look()]
      const told = await Promise.all([a.services('web'), b.services('wrong')])
      expect(told.map(codeOf)).toEqual([code, code])
      expect(calls).toHaveLength(1)
    },
  )

  it.each(['denied', 'invalid'] as const)('%s: each asks alone, and it fails for the one', async code => {
    const { calls, look } = account(code)
    const [a, b] = [look(), look()]
    const services = await Promise.all([a.services('web'), b.services('wrong')])
    const metrics = await Promise.all([a.metrics(query('m')), b.metrics(query('m', 'wrong('))])
    expect([...services, ...metrics].map(codeOf)).toEqual(['ok', code, 'ok', code])
    expect(calls).toEqual([
      'services web wrong',
      'services web',
      'services wrong',
      'metrics c0_m wrong(',
      'metrics m',
      'metrics wrong(',
    ])
  })

  it('because our own code throws: it throws at the one', async () => {
    const { look } = account('throws')
    const [a, b] = [look(), look()]
    const [good, bad] = await Promise.allSettled([a.services('web'), b.services('wrong')])
    expect([good?.status, bad?.status]).toEqual(['fulfilled', 'rejected'])
  })
})

describe('work side by side', () => {
  it('is begun in order, so many at a time, and all of it is done', async () => {
    const steps: string[] = []
    const items = ['a', 'b', 'c', 'd', 'e'].map(name => ({ name }))
    await sideBySide(items, 2, async ({ name }) => {
      steps.push(`+${name}`)
      await turn()
      steps.push(`-${name}`)
    })
    expect(steps.join(' ')).toBe('+a +b -a +c -b +d -c +e -d -e')
    await sideBySide([], 2, () => Promise.reject(new Error('nothing to do')))
  })
})
