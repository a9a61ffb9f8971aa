import type { Alarm, MetricSeries } from '../../model/alarm.ts'
import type { Ports } from '../../model/ports.ts'
import { type Answer, answered } from '../../model/reading.ts'
import { type MetricsAsked, oneCall, packMetrics, seriesFor } from './metrics.ts'
import { createPool, type Pool } from './pool.ts'
import { createRendezvous } from './rendezvous.ts'
import { namesOf, packServices, type ServicesAsked, type ServicesTold, servicesFor } from './services.ts'

interface AlarmsAsked {
  names: string[]
}

/**
 * The same ports for looks that run side by side: what several of them read of DescribeServices, DescribeAlarms and GetMetricData
 * at a time comes by common calls, each begun after the last of them asked (docs/decisions/0010-shared-reads.md). A call that
 * did not get through failed for all of them; one that was refused, perhaps because of one of them, is made again by each alone.
 */
export function readTogether<P extends Pick<Ports, 'ecs' | 'cloudWatch'>>(
  ports: P,
): { join(): { ports: P; leave: () => void } } {
  // Each verb is the same for all: what is remembered of it is shared.
  const ecs = { ...ports.ecs }
  const cloudWatch = { ...ports.cloudWatch }
  const services = createPool<ServicesAsked, Answer<ServicesTold>>(packServices, async asked => {
    const told = await ecs.describeServices(asked[0]?.cluster ?? '', namesOf(asked))
    return partsOf(told, asked, servicesFor)
  })
  const alarms = createPool<AlarmsAsked, Answer<Alarm[]>>(
    asked => [asked],
    async asked => {
      const names = new Set(asked.flatMap(each => each.names))
      const told = await cloudWatch.describeAlarms([...names])
      return partsOf(told, asked, (each, all) =>
        all.filter(({ alarmName }) => each.names.includes(alarmName)),
      )
    },
  )
  const metrics = createPool<MetricsAsked, Answer<MetricSeries[]>>(packMetrics, async asked => {
    const { queries, fromMs, toMs } = oneCall(asked)
    const told = await cloudWatch.getMetricData(queries, fromMs, toMs)
    return partsOf(told, asked, (_, all, index) => seriesFor(index, all))
  })
  const rendezvous = createRendezvous(() => {
    for (const pool of [services, alarms, metrics]) pool.flush()
  })

  return {
    join() {
      const { asked, leave } = rendezvous.join()
      const together = <Q, A>(pool: Pool<Q, A>, question: Q): Promise<A | null> => {
        asked()
        return pool.ask(question)
      }
      const own: Pick<Ports, 'ecs' | 'cloudWatch'> = {
        ecs: {
          ...ecs,
          describeServices: async (cluster, names) =>
            (await together(services, { cluster, names })) ?? ecs.describeServices(cluster, names),
        },
        cloudWatch: {
          ...cloudWatch,
          describeAlarms: async names =>
            (await together(alarms, { names })) ?? cloudWatch.describeAlarms(names),
          getMetricData: async (queries, fromMs, toMs) =>
            (await together(metrics, { queries, fromMs, toMs })) ??
            cloudWatch.getMetricData(queries, fromMs, toMs),
        },
      }
      return { ports: { ...ports, ...own }, leave }
    },
  }
}

/** Null for each = to be asked alone. */
function partsOf<Q, T, A>(
  told: Answer<T>,
  asked: Q[],
  partOf: (each: Q, all: T, index: number) => A,
): (Answer<A> | null)[] {
  if (told.ok) return asked.map((each, index) => answered(partOf(each, told.value, index)))
  const mayBeOnes = told.failure.code === 'invalid' || told.failure.code === 'denied'
  return asked.map(() => (mayBeOnes ? null : told))
}
