import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { understand } from '../../src/intake/understand.ts'
import { overrideValues } from '../../src/model/override-values.ts'
import { redact } from '../../src/model/redaction.ts'
import { isRefusal } from '../../src/model/signal.ts'

const environment = (name: string, value: unknown) => ({
  containerOverrides: [{ environment: [{ name, value }] }],
})
const command = (...words: unknown[]) => ({ containerOverrides: [{ command: words }] })

const told = (detail: object) => {
  const signal = understand({
    'detail-type': 'ECS Task State Change',
    source: 'aws.ecs',
    detail: {
      taskArn: 'arn:aws:ecs:eu-west-1:111122223333:task/prod/a',
      lastStatus: 'STOPPED',
      group: 'family:etl',
      ...detail,
    },
  })
  if (isRefusal(signal) || signal.kind !== 'task') throw new Error('no task')
  return signal.task
}

describe('values of overrides that must not be told', () => {
  it.each<[what: string, overrides: unknown, values: string[]]>([
    ['a value with a digit', environment('MODE', 'hunter2'), ['hunter2']],
    ['a long plain word', environment('MODE', 'correcthorse'), ['correcthorse']],
    ['a short word of a variable whose name says secret', environment('DB_PASSWORD', 'swan'), ['swan']],
    ['a short plain word of any other', environment('STAGE', 'prod'), []],
    ['a number that counts something', environment('RETRIES', '30000'), []],
    ['a region', environment('AWS_REGION', 'eu-central-1'), []],
    ['an address and the password in it', environment('DB', 'pg://u:pa55@h/d'), ['pg://u:pa55@h/d', 'pa55']],
    ['the words after the program', command('app/serve-7', '--key', 'k3y-of-it'), ['k3y-of-it']],
    ['a command in one element', command('run --key=k3y'), ['--key=k3y', 'run --key=k3y']],
    ['what is no text', environment('N', 7), []],
    ['what is no override', 'x', []],
    ['nothing', null, []],
    ['a list of nothing', { containerOverrides: [null, 7, { environment: 'x', command: {} }] }, []],
  ])('%s', (_, overrides, values) => {
    expect(overrideValues(overrides)).toEqual(values)
  })
})

describe('the words of AWS stay, whatever an override says', () => {
  const patterns = readFileSync(new URL('../../src/healing/cause-patterns.ts', import.meta.url), 'utf8')
  /** Of the regular expressions: names of our own code are no words of AWS. */
  const words = [...patterns.matchAll(/\/[^/\n*][^\n]*\/i\b/g)].flatMap(
    ([pattern]) => pattern.match(/[a-z]{10,}/gi) ?? [],
  )
  // Parts of names that never stand alone.
  const parts = ['accessdenied', 'cannotcreate', 'cannotpull', 'ephemeralstorage', 'taskdependency']

  it('all those by which a cause is found', () => {
    expect(words.length).toBeGreaterThan(20)
    const lost = words.filter(word => overrideValues(environment('X', word)).length > 0)
    expect(lost.filter(word => !parts.includes(word))).toEqual([])
  })

  it('so that the cause is found as before', () => {
    const stoppedReason = 'Host EC2 (instance i-0abc) terminated.'
    const { stoppedReason: kept } = told({ overrides: environment('STATE', 'terminated'), stoppedReason })
    expect(kept).toBe(stoppedReason)
  })
})

describe('a known value is taken out', () => {
  it.each<[how: string, text: string, kept: string]>([
    ['as it is', 'bad value p"q\\r7 given', 'bad value [redacted] given'],
    ['as JSON writes it', 'bad {"v":"p\\"q\\\\r7"}', 'bad {"v":"[redacted]"}'],
    ['as a URL writes it', 'GET /?v=p%22q%5Cr7', 'GET /?v=[redacted]'],
    ['twice', 'p"q\\r7p"q\\r7', '[redacted][redacted]'],
    ['cut off at the end', 'it says p"q\\r7'.slice(0, -1), 'it says p"q\\r'],
  ])('%s', (_, text, kept) => {
    expect(redact(text, ['p"q\\r7'])).toBe(kept)
  })

  it.each(['starts with longvalu', 'starts with longvalu...', 'starts with longvalu…"'])(
    'also its first characters, where the text was cut off: %s',
    text => {
      expect(redact(text, ['longvalue-1'])).toBe('starts with [redacted]')
    },
  )

  it('the longest first, so that no rest of it stays', () => {
    expect(redact('x secret1secret1 y', ['secret1', 'secret1secret1'])).toBe('x [redacted] y')
  })

  it('and an empty one is nowhere', () => {
    expect(redact('a b', ['', ' '])).toBe('a b')
  })
})

describe('a task', () => {
  it('is kept without the values it was started with, in every text that repeats them', () => {
    const { stoppedReason, containers } = told({
      overrides: environment('GREETING', 'quiet-value-7'),
      stoppedReason: 'ResourceInitializationError: quiet-value-7 is no host',
      containers: [{ name: 'app', reason: 'CannotStartContainerError: env quiet-value-7' }],
    })
    expect(stoppedReason).toBe('ResourceInitializationError: [redacted] is no host')
    expect(containers[0]?.reason).toBe('CannotStartContainerError: env [redacted]')
  })

  it('of a Step Functions result too, whose keys begin with capitals', () => {
    const { stoppedReason } = told({
      Overrides: { ContainerOverrides: [{ Environment: [{ Name: 'GREETING', Value: 'quiet-value-7' }] }] },
      StoppedReason: 'quiet-value-7',
    })
    expect(stoppedReason).toBe('[redacted]')
  })

  it('whose reason is too long loses the word at the cut, which may be half a secret', () => {
    const { stoppedReason } = told({ stoppedReason: `${'x '.repeat(995)}half-a-secret-of-many-letters` })
    expect(stoppedReason).toBe('x '.repeat(995))
  })
})
