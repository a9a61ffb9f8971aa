import { describe, expect, it } from 'vitest'
import type { ImageReadings } from '../../src/healing/images.ts'
import { asksFor, decide } from '../../src/healing/services/decide.ts'
import { explain } from '../../src/healing/services/explain.ts'
import type { ServiceHealPolicy } from '../../src/healing/services/policy.ts'
import type { ServiceHealingView } from '../../src/healing/services/view.ts'
import type { ServiceHealingMemory } from '../../src/model/memory.ts'
import type { Reading } from '../../src/model/reading.ts'
import type { Service } from '../../src/model/service.ts'
import { minute } from '../../src/model/time.ts'
import { definition, deployed, nine, nothingRead, policy, stopOf } from './service-healing-stops.ts'

/** Roll-backs to images that are, or may be, no longer there. */

const seen = <T>(value: T): Reading<T> => ({ kind: 'value', value, observedAtMs: nine })
const failed: Reading<never> = {
  kind: 'failed',
  failure: { code: 'denied', message: 'no', operation: 'ecs:DescribeServiceRevisions' },
}
const host = '111122223333.dkr.ecr.eu-west-1.amazonaws.com'
const digest = `sha256:${'a'.repeat(64)}`
const wishes: ServiceHealPolicy = {
  crashLoop: { ...policy.crashLoop, remedy: 'roll-back' },
  stuckDeployment: { ...policy.stuckDeployment, remedy: 'roll-back' },
}
const loop = [stopOf(1, 1), stopOf(2, 2), stopOf(3, 3)]
const arn = 'arn:aws:ecs:eu-west-1:111122223333:service-deployment/prod/web/2'
const rolling = deployed([
  [2, 'IN_PROGRESS', 0],
  [1, 'COMPLETED', -600],
])
const completed = deployed([[2, 'COMPLETED', 0]])
const on = (reading: Reading<Service>, onFargate: boolean): Reading<Service> =>
  reading.kind === 'value' ? { ...reading, value: { ...reading.value, onFargate } } : reading
const knowsOne: ServiceHealingMemory = { stops: [], loops: {}, good: [definition(1)] }

const inDeployment: Partial<ServiceHealingView> = {
  service: rolling,
  ongoing: seen([{ arn, state: 'running' as const }]),
  behind: seen([{ image: `${host}/web:stable`, digest }]),
}
const afterwards: Partial<ServiceHealingView> = {
  service: completed,
  earlier: seen({
    taskDefinitionArn: definition(1),
    status: 'ACTIVE' as const,
    networkMode: 'awsvpc' as const,
    containers: [{ name: 'app', essential: true, hasHealthCheck: false, image: `${host}/web:stable` }],
  }),
}
const viewOf = (view: Partial<ServiceHealingView>): ServiceHealingView => ({
  ...nothingRead,
  service: rolling,
  stopped: loop,
  ...view,
})
const at = nine + 3 * minute
const look = (view: Partial<ServiceHealingView>) => decide(viewOf(view), wishes, knowsOne, at).decisions[0]
const ask = (view: Partial<ServiceHealingView>) => asksFor(viewOf(view), wishes, knowsOne, at)

const byDigest = `111122223333/eu-west-1/web@${digest}`
const byTag = '111122223333/eu-west-1/web:stable'
const readings = (key: string, reading: Reading<string | null>): ImageReadings => new Map([[key, reading]])

describe('while it is deployed, by the digest that ECS resolved', () => {
  it('asks which deployment, what is behind it, and whether that is there', () => {
    expect(ask({ service: rolling, behind: null })).toEqual({ kind: 'ask', for: 'ongoing' })
    expect(ask({ ...inDeployment, behind: null })).toEqual({
      kind: 'ask',
      for: 'behind',
      serviceDeploymentArn: arn,
    })
    expect(ask(inDeployment)).toMatchObject({
      for: 'images',
      images: [{ repository: 'web', by: { digest } }],
    })
    expect(ask({ ...inDeployment, images: new Map() })).toBe(null)
  })

  it('gone: told instead of tried', () => {
    const decision = look({ ...inDeployment, images: readings(byDigest, seen(null)) })
    expect(decision).toMatchObject({
      tell: true,
      because: { code: 'crash-loop-not-rolled-back', why: 'image-gone', image: 'web@sha256:aaaaaaaaaaaa' },
    })
    expect(decision && explain(decision.because)).toContain(
      'Not rolled back: the image web@sha256:aaaaaaaaaaaa of the revision before is no longer in ECR, and its tasks could not start.',
    )
  })

  it.each<[string, Partial<ServiceHealingView>]>([
    ['there', { images: readings(byDigest, seen(digest)) }],
    ['not read', { images: readings(byDigest, failed) }],
    ['gone by its tag alone', { images: readings(byTag, seen(null)) }],
    ['of a revision that was not read', { behind: failed }],
    ['of a revision that nobody is sure of', { behind: seen(null) }],
    [
      'of another registry',
      { behind: seen([{ image: 'docker.io/web:1', digest }]), images: readings(byDigest, seen(null)) },
    ],
    [
      'gone, and on machines',
      { service: on(rolling, false), behind: null, images: readings(byDigest, seen(null)) },
    ],
  ])('%s: tried', (_, view) => {
    expect(look({ ...inDeployment, ...view })).toMatchObject({ do: { verb: 'stop-deployment' } })
  })

  it('where none was resolved: by its tag', () => {
    const behind = seen([{ image: `${host}/web:stable`, digest: null }])
    expect(look({ ...inDeployment, behind, images: readings(byTag, seen(null)) })).toMatchObject({
      because: { why: 'image-gone', image: 'web:stable' },
    })
  })
})

describe('after it has completed, by what the task definition names', () => {
  it('asks for the revision and then for its images', () => {
    expect(ask({ service: completed })).toMatchObject({ for: 'earlier' })
    expect(ask(afterwards)).toMatchObject({ for: 'images', images: [{ by: { tag: 'stable' } }] })
    expect(ask({ ...afterwards, images: new Map() })).toBe(null)
  })

  it('gone: told instead of tried', () => {
    expect(look({ ...afterwards, images: readings(byTag, seen(null)) })).toMatchObject({
      because: { code: 'crash-loop-not-rolled-back', why: 'image-gone', image: 'web:stable' },
    })
  })

  it.each<[string, Partial<ServiceHealingView>]>([
    ['there', { images: readings(byTag, seen(digest)) }],
    ['not read', { images: readings(byTag, failed) }],
    ['gone, and on machines', { service: on(completed, false), images: readings(byTag, seen(null)) }],
  ])('%s: tried', (_, view) => {
    expect(look({ ...afterwards, ...view })).toMatchObject({ do: { verb: 'roll-back-service' } })
  })
})

it('a stuck deployment is not rolled back to what is gone, either', () => {
  const view = viewOf({ ...inDeployment, stopped: [], images: readings(byDigest, seen(null)) })
  const [decision] = decide(view, wishes, knowsOne, nine + 31 * minute).decisions
  expect(decision).toMatchObject({
    because: {
      code: 'deployment-stuck-not-rolled-back',
      why: 'image-gone',
      image: 'web@sha256:aaaaaaaaaaaa',
    },
  })
})

it('nothing is asked where nothing would be rolled back', () => {
  expect(asksFor(viewOf({ ...inDeployment, paused: 'by tag' }), wishes, knowsOne, at)).toBe(null)
  expect(asksFor(viewOf(inDeployment), policy, knowsOne, at)).toBe(null)
})
