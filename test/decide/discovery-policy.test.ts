import { describe, expect, it } from 'vitest'
import { discover } from '../../src/discovery/policy.ts'

const problems = (change: object): string[] =>
  (discover.safeParse({ namespace: 'jobs.internal', service: 'thumbs', ...change }).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  )

describe('what discover may say', () => {
  it('a namespace, a service, and a port where it is needed', () => {
    const named = { namespace: 'jobs.internal', service: 'thumbs' }
    expect(discover.parse(named)).toEqual({ ...named, port: null, min: 1, adopt: false, drainMs: null })
    expect(discover.parse({ ...named, port: 8080, min: 0, drain: '30s', adopt: true })).toEqual({
      ...named,
      port: 8080,
      min: 0,
      adopt: true,
      drainMs: 30_000,
    })
  })

  it.each<[what: string, change: object, problems: string[]]>([
    ['every letter of a service name', { service: 'A-z_0.9' }, []],
    ['the longest service name', { service: 's'.repeat(127) }, []],
    ['the longest namespace', { namespace: 'n'.repeat(1024) }, []],
    [
      'a space in the service',
      { service: 'thumbs small' },
      ['service: "thumbs small" is no Cloud Map service name. Letters, digits, -, _ and dots.'],
    ],
    [
      'a space before the service',
      { service: ' thumbs' },
      ['service: " thumbs" is no Cloud Map service name. Letters, digits, -, _ and dots.'],
    ],
    [
      'a space in the namespace',
      { namespace: 'jobs internal' },
      ['namespace: "jobs internal" is no namespace name. Write its name, such as jobs.internal.'],
    ],
    [
      'nothing',
      { namespace: '', service: '' },
      [
        'namespace: "" is no namespace name. Write its name, such as jobs.internal.',
        'service: "" is no Cloud Map service name. Letters, digits, -, _ and dots.',
      ],
    ],
    ['the lowest port', { port: 1 }, []],
    ['the highest port', { port: 65_535 }, []],
  ])('%s', (_, change, told) => {
    expect(problems(change)).toEqual(told)
  })

  it.each([-1, 1_001, 0.5, '1'])('min %j is none', min => {
    expect(problems({ min })).toHaveLength(1)
  })

  it.each([
    ['0s', []],
    ['1h', []],
    ['61m', ['drain: Nobody remembers an address for longer. At most 1h.']],
    [30, ['drain: 30 is no duration. Write 2m, 120s or 1h30m.']],
  ])('drain %j', (drain, told) => {
    expect(problems({ drain })).toEqual(told)
  })

  it.each([0, 65_536, 1.5])('port %d is none', port => {
    expect(problems({ port })).toHaveLength(1)
  })
})
