import type { ScalingMemory } from '../model/memory.ts'
import { minute, second } from '../model/time.ts'
import { decide } from '../scaling/decide.ts'
import { scaleDefaults } from '../scaling/defaults.ts'
import type { ScalePolicy, Trigger } from '../scaling/policy.ts'
import { remember } from '../scaling/remember.ts'
import { keptMemory } from '../scaling/slo/kept-memory.ts'
import { nameOf } from '../scaling/trigger-names.ts'
import type { Autoscaler, Course, ServiceFacts } from './autoscaler.ts'
import type { Contestant, Wishes } from './contestants.ts'
import { ours } from './outcome.ts'
import type { PeerSetting } from './peer.ts'
import { createView, epochMs } from './view.ts'

/** Longshore itself: the same `scaling/decide` as in Lambda, on what the course of the history tells of the service. */

/** Shares that a sweep tries: a place in the list is one setting for all histories. */
const lateShares = [0.0001, 0.0003, 0.001, 0.002, 0.004, 0.007, 0.01, 0.02, 0.04, 0.08]
const usualPlace = lateShares.indexOf(0.001)

export const createOurs = ({ lateShare, scale }: Wishes): Contestant => {
  const isSwept = scale === null
  const shares = isSwept
    ? lateShares.map((share, at) => (at === usualPlace ? lateShare : share))
    : [lateShare]
  return {
    name: ours,
    describe: 'as few tasks as keep the promise: what late means, and how often that may be',
    settings: ({ service }) => shares.map(share => settingOf(service, share, scale)),
    usual: () => (isSwept ? usualPlace : 0),
  }
}

function settingOf(service: ServiceFacts, lateShare: number, scale: ScalePolicy | null): PeerSetting {
  const setting = scale
    ? `policy: ${scale.triggers.map(nameOf).join(', ') || 'bounds'}`
    : service.kind === 'web'
      ? `late ${Number((100 * lateShare).toPrecision(3))}%`
      : `drain within ${service.deadlineSeconds}s`
  const rule: ScalePolicy = scale ?? {
    ...scaleDefaults,
    min: service.min,
    max: service.max,
    triggers: [recommended(service, lateShare)],
  }
  return { setting, create: () => ({ name: ours, setting, ...run(rule, service) }) }
}

/** The trigger that we recommend: what late means, and what a task can do. */
const recommended = (service: ServiceFacts, lateShare: number): Trigger =>
  service.kind === 'web'
    ? {
        kind: 'slo',
        of: 'requests',
        name: ours,
        deadlineSeconds: service.deadlineSeconds,
        lateShare,
        capacityPerSecond: service.capacityPerTask,
        from: null,
        lateFrom: null,
      }
    : {
        kind: 'slo',
        of: 'queue',
        name: ours,
        queue: 'history',
        drainWithinSeconds: service.deadlineSeconds,
        capacityPerSecond: service.capacityPerTask,
        wakeAt: 1,
      }

function run(scale: ScalePolicy, facts: ServiceFacts): Pick<Autoscaler, 'firstLook' | 'look'> {
  const { periodSeconds, delaySeconds } = facts.signals
  const wishes = { scale, paused: null }
  const view = createView(scale, facts)
  let memory: ScalingMemory = keptMemory(scale.triggers, facts.startSeconds)
  return {
    // Nobody looks in the very second in which a value comes.
    firstLook: facts.kind === 'web' ? periodSeconds + delaySeconds + 2 : 2,
    look(course: Course) {
      const nowMs = epochMs + course.now * second
      const { decisions, memory: looked, nextLookAtMs } = decide(view(course, nowMs), wishes, memory, nowMs)
      const [first] = decisions
      memory = looked
      const nextLook = Math.max(
        course.now + 1,
        Math.ceil(((nextLookAtMs ?? nowMs + minute) - epochMs) / second),
      )
      if (!first || !('do' in first)) return { desired: course.desired, nextLook }
      memory = remember(
        memory,
        { action: first.do, because: first.because, recordedAtMs: nowMs },
        { ok: true },
        nowMs,
        scale,
      )
      return { desired: first.do.desiredCount, nextLook }
    },
  }
}
