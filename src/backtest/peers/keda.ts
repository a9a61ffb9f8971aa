import { clamp } from '../../scaling/bounds.ts'
import type { Course, ServiceFacts } from '../autoscaler.ts'
import { type Peer, targets, usualTarget } from '../peer.ts'
import { activation, defaultActivation } from './kubernetes/activation.ts'
import { defaultBehaviour } from './kubernetes/behaviour.ts'
import { controller, syncSeconds } from './kubernetes/controller.ts'
import { averageValueReplicas, defaultTolerance } from './kubernetes/replicas.ts'

/** `pollingInterval`, default 30 s: only between zero and one; the HPA asks every 15 s for itself. */
const pollSeconds = 30

/** Prometheus' `rate(…[1m])` over samples of which the newest is up to one scrape old. */
const scrapeSeconds = 15
const rateSeconds = 60

/** The queue length per task as seconds of one task's work; in pairs with requests a second as a share of what a task serves. */
const workSeconds = [10, 15, 20, 30, 45, 60, 75, 90, 105, 120]

export const peer: Peer = {
  name: 'keda',
  describe:
    'KEDA: messages of a queue, visible and in flight, per task, and back to zero; for web, requests a second from Prometheus.',
  settings: ({ service }) =>
    service.kind === 'web'
      ? targets.map(percent => setting(service, `rps ${percent}%`, perReplicaRate(service, percent), rate))
      : workSeconds.map(seconds => {
          const length = queueLength(service, seconds)
          return setting(service, `queueLength ${length} (${seconds} s of work)`, length, depth)
        }),
  usual: ({ service }) => (service.kind === 'web' ? usualTarget : workSeconds.indexOf(30)),
}

const perReplicaRate = ({ capacityPerTask }: ServiceFacts, percent: number): number =>
  (capacityPerTask * percent) / 100

/** `queueLength` of the SQS scaler is a whole number of messages. */
const queueLength = ({ capacityPerTask }: ServiceFacts, seconds: number): number =>
  Math.max(1, Math.round(seconds * capacityPerTask))

type Signal = (course: Course) => number | null

/** GetQueueAttributes, asked directly: ApproximateNumberOfMessages and …NotVisible. */
const depth: Signal = ({ waiting, inService }) => waiting + inService

const rate: Signal = ({ now, arrived }) => {
  const end = now - scrapeSeconds
  const from = end - rateSeconds
  return from < 0 ? null : ((arrived[end] ?? Number.NaN) - (arrived[from] ?? Number.NaN)) / rateSeconds
}

const setting = (service: ServiceFacts, text: string, target: number, signal: Signal) => ({
  setting: text,
  create: () => {
    const { min, max } = service
    const hpa = controller({ min: Math.max(1, min), max }, defaultBehaviour)
    const zero = activation({ ...defaultActivation, min }, 0)

    function desiredAfter(course: Course): number {
      const { now, desired, ready, starting } = course
      const value = signal(course)
      const isPoll = now % pollSeconds === 0
      const current = clamp(isPoll ? zero.poll(desired, value, now) : desired, service)
      // What the poll has just written, the HPA reads at its next sync; at zero it is switched off.
      if (current !== desired || current === 0) return current
      const wanted =
        value === null ? null : averageValueReplicas(value, target, ready + starting, defaultTolerance)
      return hpa.reconcile(current, wanted, now)
    }
    const look = (course: Course) => ({ desired: desiredAfter(course), nextLook: course.now + syncSeconds })
    return { name: 'keda', setting: text, firstLook: syncSeconds, look }
  },
})
