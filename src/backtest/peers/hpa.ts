import type { Course } from '../autoscaler.ts'
import { targetPeer } from '../peer.ts'
import { defaultBehaviour } from './kubernetes/behaviour.ts'
import { controller, syncSeconds } from './kubernetes/controller.ts'
import { defaultTolerance, resourceReplicas } from './kubernetes/replicas.ts'

/** Kubernetes' resource metrics: the CPU of a window that ended when the newest sample was taken. */
const sampleAgeSeconds = 15
const windowSeconds = 30

export const peer = targetPeer(
  {
    name: 'hpa',
    describe: "Kubernetes' HorizontalPodAutoscaler v2 on CPU, every 15 s, with its default behaviour.",
  },
  (targetPercent, { min, max }) => {
    // A metric of pods cannot bring the first of them back: the minimum is one.
    const bounds = { min: Math.max(1, min), max }
    const hpa = controller(bounds, defaultBehaviour)
    return {
      firstLook: syncSeconds,
      look: course => {
        const current = Math.max(1, course.desired)
        const wanted = cpuReplicas(course, current, targetPercent)
        return { desired: hpa.reconcile(current, wanted, course.now), nextLook: course.now + syncSeconds }
      },
    }
  },
)

/**
 * Pods that became ready within the window are unready to the HPA, as those that start: their sample is older than their
 * readiness. What the rest used is the average over all that were ready then.
 */
function cpuReplicas(course: Course, current: number, targetPercent: number): number | null {
  const { now, ready, starting, busyTaskSeconds, readyTaskSeconds } = course
  const end = now - sampleAgeSeconds
  const from = end - windowSeconds
  if (from < 0) return null
  const over = (sums: Float64Array, since: number, until: number) =>
    (sums[until] ?? Number.NaN) - (sums[since] ?? Number.NaN)
  const share = over(busyTaskSeconds, from, end) / over(readyTaskSeconds, from, end)
  const settled = Math.min(ready, Math.round(over(readyTaskSeconds, from, from + 1)))
  const unready = starting + ready - settled
  const metric = { current, ready: settled, usage: share * settled, unready, missing: 0 }
  return resourceReplicas(metric, targetPercent, defaultTolerance)
}
