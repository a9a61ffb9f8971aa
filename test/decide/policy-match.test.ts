import { describe, expect, it } from 'vitest'
import { familyTarget, serviceTarget, targetKey } from '../../src/model/target.ts'
import { resolveAlarm } from '../../src/policy/alarm-name.ts'
import { checkAgainst } from '../../src/policy/clusters.ts'
import {
  literalTargets,
  servicePolicyFor,
  serviceRuleFor,
  targetsOfAlarm,
  taskRuleFor,
} from '../../src/policy/match.ts'
import { nearest } from '../../src/policy/nearest.ts'
import { matches } from '../../src/policy/pattern.ts'
import type { Policy } from '../../src/policy/policy.ts'
import { renderProblems } from '../../src/policy/problem.ts'
import { readPolicy } from '../../src/policy/read.ts'
import { alarmsOf } from '../../src/scaling/trigger-names.ts'

const read = (text: string): Policy => {
  const reading = readPolicy(`version: 1\nmode: act\n${text}`, 'longshore.yml')
  if (!reading.ok) throw new Error(renderProblems(reading.problems))
  return reading.policy
}
const scale = (...alarms: string[]): string =>
  `scale: { min: 2, max: 9, triggers: [${alarms.map(alarm => `{ alarm: "${alarm}", steps: [{ from: 0, add: 1 }] }`).join(', ')}] }`

const policy = read(`
services:
  - match: { cluster: prod, service: worker-legacy }
  - match: { cluster: prod, service: checkout }
    ${scale('checkout-high', 'shared', '{service}-low')}
  - match: { cluster: prod, service: "worker-*" }
    ${scale('{service}-backlog', '{cluster}.{service}.{service}')}
  - match: { cluster: "eu-*", service: "*-api" }
    ${scale('{cluster}/{service} p99 (high)', 'shared/{service}/{cluster}')}
  - match: { cluster: test, service: web }
    ${scale('shared')}
tasks:
  - match: { cluster: prod, family: etl-hourly }
    heal: { restart: { on: [oom] } }
  - match: { cluster: prod, family: "etl-*" }
    heal: { restart: { on: [crash] } }
  - match: { cluster: prod, family: untouched }
  - match: { cluster: "*", family: jobs }
    discover: { namespace: n, service: s }
  - match: { cluster: test, family: named }
    discover: { namespace: n, service: t }
`)

describe('a pattern', () => {
  it.each([
    ['web', 'web', true],
    ['web', 'webs', false],
    ['web', 'Web', false],
    ['*', '', true],
    ['*', 'anything', true],
    ['worker-*', 'worker-', true],
    ['worker-*', 'worker', false],
    ['*-api', 'shop-api', true],
    ['*-api', 'shop-api-2', false],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'acb', false],
    ['*ab', 'aab', true],
    ['**', 'x', true],
    ['', '', true],
    ['', 'x', false],
    ['a.c', 'abc', false],
    ['(a+)+$*', '(a+)+$', true],
  ])('%j and %j: %j', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected)
  })

  it('cannot be made slow', () => {
    expect(matches(`${'*a'.repeat(120)}b`, 'a'.repeat(255))).toBe(false)
  })
})

describe('the first rule that matches holds', () => {
  it.each([
    ['a name', 'prod', 'checkout', ['checkout-high', 'shared', 'checkout-low']],
    [
      'a wildcard, with the names of its alarms',
      'prod',
      'worker-pdf',
      ['worker-pdf-backlog', 'prod.worker-pdf.worker-pdf'],
    ],
    ['two wildcards', 'eu-1', 'shop-api', ['eu-1/shop-api p99 (high)', 'shared/shop-api/eu-1']],
    ['an exception above a wildcard', 'prod', 'worker-legacy', null],
  ])('%s', (_, cluster, service, alarms) => {
    const rule = serviceRuleFor(policy, serviceTarget(cluster, service))
    expect(rule?.scale ? alarmsOf(rule.scale) : null).toStrictEqual(alarms)
  })

  it.each([
    ['another service', 'prod', 'search'],
    ['another cluster', 'dev', 'checkout'],
    ['a cluster that only begins so', 'prod-2', 'checkout'],
  ])('%s is nobody’s business', (_, cluster, service) => {
    expect(serviceRuleFor(policy, serviceTarget(cluster, service))).toBeNull()
    expect(servicePolicyFor(policy, serviceTarget(cluster, service), {})).toBeNull()
  })

  it.each([
    ['etl-hourly', 'oom'],
    ['etl-daily', 'crash'],
    ['untouched', null],
    ['web', null],
  ])('family %s restarts on %s', (family, cause) => {
    expect(taskRuleFor(policy, familyTarget('prod', family))?.heal?.restart.on[0] ?? null).toBe(cause)
  })

  it('does not change the policy', () => {
    const before = structuredClone(policy)
    serviceRuleFor(policy, serviceTarget('prod', 'worker-pdf'))
    expect(policy).toStrictEqual(before)
    expect(resolveAlarm('{cluster}/{service}', serviceTarget('a', 'b'))).toBe('a/b')
    expect(resolveAlarm('{service}', serviceTarget('a', '$&'))).toBe('$&')
  })
})

describe('the services that an alarm moves', () => {
  it.each([
    ['one by its name', 'checkout-high', ['service/prod/checkout']],
    ['one by a placeholder in a rule without wildcard', 'checkout-low', ['service/prod/checkout']],
    ['every rule that names it', 'shared', ['service/prod/checkout', 'service/test/web']],
    ['the one whose name is in it', 'worker-pdf-backlog', ['service/prod/worker-pdf']],
    ['the one whose name is in it twice', 'prod.worker-a.worker-a', ['service/prod/worker-a']],
    ['cluster and service', 'eu-west/shop-api p99 (high)', ['service/eu-west/shop-api']],
    ['in the other order', 'shared/shop-api/eu-1', ['service/eu-1/shop-api']],
    ['none: two names where one belongs', 'prod.worker-a.worker-b', []],
    ['none: not under the wildcard', 'mailer-backlog', []],
    ['none: an exception stands above', 'worker-legacy-backlog', []],
    ['none: another cluster', 'us-1/shop-api p99 (high)', []],
    ['none: a letter more', 'checkout-high2', []],
    ['none: a template is no name', '{service}-backlog', []],
    ['none: a wildcard is no name', 'worker-*-backlog', []],
    ['none: nothing', '', []],
    ['none: dots are dots', 'prodXworker-aXworker-a', []],
  ])('%s', (_, alarm, expected) => {
    expect(targetsOfAlarm(policy, alarm).map(targetKey)).toStrictEqual(expected)
  })

  it('one target once, though two triggers name the alarm', () => {
    const twice: Policy = {
      ...policy,
      services: policy.services.map(rule => ({
        ...rule,
        scale: rule.scale && { ...rule.scale, triggers: [...rule.scale.triggers, ...rule.scale.triggers] },
      })),
    }
    expect(targetsOfAlarm(twice, 'checkout-high').map(targetKey)).toStrictEqual(['service/prod/checkout'])
  })

  it('a wildcard without placeholder moves nobody', () => {
    const [rule] = policy.services.slice(2)
    const trigger = rule?.scale?.triggers[0]
    if (!rule?.scale || trigger?.kind !== 'step') throw new Error('the policy above has changed')
    const loose: Policy = {
      ...policy,
      services: [{ ...rule, scale: { ...rule.scale, triggers: [{ ...trigger, alarm: 'all' }] } }],
    }
    expect(targetsOfAlarm(loose, 'all')).toStrictEqual([])
  })
})

it('targets that the policy names, and wants something of', () => {
  expect(literalTargets(policy).map(targetKey)).toStrictEqual([
    'service/prod/checkout',
    'service/test/web',
    'family/prod/etl-hourly',
    'family/test/named',
  ])
})

describe('the tags of a service have their say', () => {
  const checkout = serviceTarget('prod', 'checkout')
  const told = (tags: Record<string, string> | null) => {
    const wishes = servicePolicyFor(policy, checkout, tags)
    return [wishes?.scale?.min, wishes?.scale?.max, wishes?.paused, wishes?.problems]
  }
  it.each([
    ['none', {}, [2, 9, null, []]],
    ['of others', { team: 'shop', 'longshoremen:min': '7' }, [2, 9, null, []]],
    ['min', { 'longshore:min': '0' }, [0, 9, null, []]],
    ['max', { 'longshore:max': '200' }, [2, 200, null, []]],
    [
      'both, though each alone would cross the rule',
      { 'longshore:min': '10', 'longshore:max': '12' },
      [10, 12, null, []],
    ],
    ['spaces around', { 'longshore:min': ' 3 ' }, [3, 9, null, []]],
    ['paused', { 'longshore:paused': 'true' }, [2, 9, 'tag longshore:paused', []]],
    ['paused without a value', { 'longshore:paused': '' }, [2, 9, 'tag longshore:paused', []]],
    [
      'paused for a reason',
      { 'longshore:paused': ' migration until Friday ' },
      [2, 9, 'migration until Friday', []],
    ],
    ['not paused', { 'longshore:paused': 'False' }, [2, 9, null, []]],
    [
      'paused, and a secret in the reason',
      { 'longshore:paused': 'use xoxb-1-2 then' },
      [2, 9, 'use (secret) then', []],
    ],
    [
      'words for a number',
      { 'longshore:min': 'two' },
      [2, 9, null, ['Tag longshore:min is "two", no whole number from 0 to 10000. The rule\'s min 2 holds.']],
    ],
    [
      'a fraction',
      { 'longshore:max': '4.5' },
      [2, 9, null, ['Tag longshore:max is "4.5", no whole number from 0 to 10000. The rule\'s max 9 holds.']],
    ],
    [
      'beyond measure',
      { 'longshore:max': '10001' },
      [
        2,
        9,
        null,
        ['Tag longshore:max is "10001", no whole number from 0 to 10000. The rule\'s max 9 holds.'],
      ],
    ],
    [
      'negative',
      { 'longshore:min': '-1' },
      [2, 9, null, ['Tag longshore:min is "-1", no whole number from 0 to 10000. The rule\'s min 2 holds.']],
    ],
    [
      'empty',
      { 'longshore:min': '', 'longshore:max': '5' },
      [2, 5, null, ['Tag longshore:min is "", no whole number from 0 to 10000. The rule\'s min 2 holds.']],
    ],
    [
      'min above the rule’s max',
      { 'longshore:min': '50' },
      [2, 9, null, ["The tags make min 50 and max 9: min is above max. The rule's min 2 and max 9 hold."]],
    ],
    [
      'max below the rule’s min',
      { 'longshore:max': '1' },
      [2, 9, null, ["The tags make min 2 and max 1: min is above max. The rule's min 2 and max 9 hold."]],
    ],
    [
      'misspelt',
      { 'longshore:mni': '3' },
      [2, 9, null, ['Tag longshore:mni is not known. Did you mean longshore:min?']],
    ],
    [
      'of a later Longshore',
      { 'longshore:whatever-else': '3' },
      [
        2,
        9,
        null,
        [
          'Tag longshore:whatever-else is not known. Known: longshore:min, longshore:max, longshore:paused, longshore:paused-in, longshore:paused-out.',
        ],
      ],
    ],
    [
      'that could not be read',
      null,
      [2, 9, 'its tags could not be read, so a pause cannot be ruled out', []],
    ],
  ])('%s', (_, tags, expected) => {
    expect(told(tags as Record<string, string> | null)).toStrictEqual(expected)
  })

  it('without scale there is nothing to override', () => {
    expect(
      servicePolicyFor(policy, serviceTarget('prod', 'worker-legacy'), { 'longshore:min': '3' }),
    ).toStrictEqual({
      scale: null,
      paused: null,
      problems: [],
    })
  })
})

describe('clusters that are not there', () => {
  const text = `version: 1
mode: act
services:
  - match: { cluster: prod, service: a }
  - match: { cluster: "eu-*", service: a }
tasks:
  - match: { cluster: staging, family: a }
  - match: { cluster: "*", family: b }
`
  const told = (...clusters: string[]) => {
    const reading = readPolicy(text, 'p.yml')
    if (!reading.ok) throw new Error('not a policy')
    const { policy, positionOf } = reading
    return checkAgainst(policy, { clusters }, { file: 'p.yml', positionOf }).map(
      ({ line, column, path, sentence }) => `${line}:${column} ${path}: ${sentence}`,
    )
  }
  it.each([
    ['all there', ['staging', 'prod', 'eu-west-1'], []],
    [
      'near and far',
      ['prd', 'us-1'],
      [
        '4:23 services[0].match.cluster: "prod" is no cluster. Did you mean prd?',
        '5:23 services[1].match.cluster: "eu-*" matches no cluster. There is prd or us-1.',
        '7:23 tasks[0].match.cluster: "staging" is no cluster. There is prd or us-1.',
      ],
    ],
    [
      'none at all',
      [],
      [
        '4:23 services[0].match.cluster: "prod" is no cluster. There are none.',
        '5:23 services[1].match.cluster: "eu-*" matches no cluster. There are none.',
        '7:23 tasks[0].match.cluster: "staging" is no cluster. There are none.',
        '8:23 tasks[1].match.cluster: "*" matches no cluster. There are none.',
      ],
    ],
  ])('%s', (_, clusters, expected) => {
    expect(told(...clusters)).toStrictEqual(expected)
  })
})

describe('the word that was meant', () => {
  it.each([
    ['mni', ['max', 'min'], 'min'],
    ['mxa', ['min', 'max'], 'max'],
    ['Min', ['max', 'min'], 'min'],
    ['triger', ['min', 'triggers'], 'triggers'],
    ['x', ['in', 'on'], null],
    ['onn', ['in', 'on'], 'on'],
    ['colour', ['cluster', 'service'], null],
    ['', ['in'], null],
    ['anything', [], null],
  ])('%j of %j: %j', (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected)
  })
})
