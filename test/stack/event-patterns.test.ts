import { describe, expect, it } from 'vitest'
import { eventPatternsOf } from '../../src/policy/event-patterns.ts'
import { passes } from './event-pattern.ts'
import { healed, policyOf, policyText, scaled, times } from './policies.ts'

/** Which clusters and alarms a policy lets in, in EventBridge's words. */

const alarmNames = (alarm: string, service = 'web', cluster = 'prod') =>
  eventPatternsOf(policyOf(policyText({ services: [scaled(cluster, service, alarm)] }))).alarmNames

const clusters = (...names: string[]) =>
  eventPatternsOf(policyOf(policyText({ tasks: names.map(name => healed(name, 'etl')) }))).taskClusters

describe('alarms', () => {
  it.each([
    ['one name', 'checkout-high', 'checkout', ['checkout-high']],
    ['a name with a star of its own', 'a*b', 'web', ['a*b']],
    ['each service of a rule, at the end', 'high-{service}', 'worker-*', [{ prefix: 'high-worker-' }]],
    ['each service, at the beginning', '{service}-high', '*-worker', [{ suffix: '-worker-high' }]],
    ['each service, in between', '{service}-high', 'worker-*', [{ wildcard: 'worker-*-high' }]],
    [
      'a star that is one, beside a wildcard',
      'a*b-{service}-c\\d',
      'w-*',
      [{ wildcard: 'a\\*b-w-*-c\\\\d' }],
    ],
    ['every alarm there is', '{service}', '*', [{ exists: true }]],
    ['quotes and letters of other alphabets', 'p99 "Bücher"', 'web', ['p99 "Bücher"']],
  ])('%s', (_, alarm, service, expected) => {
    expect(alarmNames(alarm, service)).toEqual(expected)
  })

  it('what the framework would take for one of its variables is not written', () => {
    const names = alarmNames(`cost in \${env:{service}}`, 'HOME')
    expect(names).toEqual([{ wildcard: 'cost in *{env:HOME}' }])
    expect(passes(names, `cost in \${env:HOME}`)).toBe(true)
  })
})

describe('clusters', () => {
  it.each([
    ['one', ['prod'], [{ suffix: ':cluster/prod' }]],
    ['one of a kind', ['prod-*'], [{ wildcard: '*:cluster/prod-*' }]],
    ['every one', ['prod', '*'], [{ exists: true }]],
    ['two stars in a row', ['prod**'], [{ wildcard: '*:cluster/prod*' }]],
  ])('%s', (_, names, expected) => {
    expect(clusters(...names)).toEqual(expected)
  })
})

describe('machines', () => {
  const asking = `  - match: { cluster: prod, family: etl }
    heal: { restart: { on: [crash] }, host: {} }\n`

  it('are heard of where somebody asks about them', () => {
    expect(
      eventPatternsOf(policyOf(policyText({ tasks: [asking, healed('staging', 'etl')] }))),
    ).toMatchObject({
      taskMachines: 'ENABLED',
      taskMachineClusters: [{ suffix: ':cluster/prod' }],
      serviceMachines: 'DISABLED',
    })
    const patterns = eventPatternsOf(policyOf(policyText({ tasks: [healed('prod', 'etl')] })))
    expect(patterns.taskMachines).toBe('DISABLED')
  })
})

describe('more than a pattern holds (2,048 characters, and few wildcards in all)', () => {
  it.each([
    ['many alarms', times(100, index => scaled('prod', `service-${index}`, 'the-load-of-{service}'))],
    [
      'long alarms beyond ASCII',
      times(10, index => scaled('prod', `s${index}`, `${'é'.repeat(40)}{service}`)),
    ],
    ['many wildcards', times(9, index => scaled('prod', `s${index}-*`, '{service}-high'))],
  ])('%s: every alarm comes in, and the worker looks which it knows', (_, services) => {
    expect(eventPatternsOf(policyOf(policyText({ services }))).alarmNames).toEqual([{ exists: true }])
  })

  it('a few wildcards are kept', () => {
    const services = times(5, index => scaled('prod', `s${index}-*`, '{service}-high'))
    expect(eventPatternsOf(policyOf(policyText({ services }))).alarmNames).toHaveLength(5)
  })
})
