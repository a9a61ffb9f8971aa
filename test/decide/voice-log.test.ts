import { describe, expect, it } from 'vitest'
import { jsonLog, type LogLevel } from '../../src/adapters/log.ts'

const logged = (
  level: LogLevel,
  say: (log: ReturnType<typeof jsonLog>) => void,
): Record<string, unknown>[] => {
  const lines: string[] = []
  say(jsonLog({ level, stage: 'test', write: line => lines.push(line) }))
  return lines.map(line => JSON.parse(line))
}
const fieldsOf = (fields: Record<string, unknown>) => {
  const [line = {}] = logged('INFO', log => log.info('said', fields))
  const { level, message, timestamp, service, stage, sampling_rate, ...rest } = line
  return rest
}

describe('the log', () => {
  it('writes one line of JSON with level, time, stage and the fields', () => {
    expect(logged('INFO', log => log.warn('Lease lost', { target: 'family/prod/etl', epoch: 7 }))).toEqual([
      {
        level: 'WARN',
        message: 'Lease lost',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        sampling_rate: 0,
        service: 'longshore',
        stage: 'test',
        target: 'family/prod/etl',
        epoch: 7,
      },
    ])
  })

  it.each<{ level: LogLevel; written: string[] }>([
    { level: 'DEBUG', written: ['DEBUG', 'INFO', 'WARN', 'ERROR'] },
    { level: 'INFO', written: ['INFO', 'WARN', 'ERROR'] },
    { level: 'WARN', written: ['WARN', 'ERROR'] },
    { level: 'ERROR', written: ['ERROR'] },
  ])('at level $level writes $written', ({ level, written }) => {
    const lines = logged(level, log => {
      log.debug('a')
      log.info('b')
      log.warn('c')
      log.error('d')
    })
    expect(lines.map(line => line.level)).toEqual(written)
  })

  it.each<{ name: string; fields: Record<string, unknown>; written: Record<string, unknown> }>([
    {
      name: 'a raw event is dropped and counted',
      fields: { event: { detail: { overrides: { environment: [{ name: 'TOKEN', value: 'canary' }] } } } },
      written: { droppedFields: 1 },
    },
    {
      name: 'an object under an allowed name is dropped too',
      fields: { task: { overrides: 'canary' }, reason: ['canary'] },
      written: { droppedFields: 2 },
    },
    { name: 'an unknown name is dropped', fields: { password: 'canary' }, written: { droppedFields: 1 } },
    {
      name: 'names that the library keeps for itself cannot be overwritten',
      fields: { level: 'canary', message: 'canary', timestamp: 'canary', service: 'canary', stage: 'canary' },
      written: { droppedFields: 5 },
    },
    {
      name: 'numbers that are none are dropped',
      fields: { count: Number.NaN, version: 3 },
      written: { version: 3, droppedFields: 1 },
    },
    { name: 'what is not there is no field', fields: { task: null, verb: undefined }, written: {} },
    {
      name: 'a long text is cut',
      fields: { reason: 'x'.repeat(100_000) },
      written: { reason: 'x'.repeat(1_000) },
    },
    {
      name: 'an error is its name and message, without stack, cause and further members',
      fields: { error: Object.assign(new TypeError('bad', { cause: 'canary' }), { payload: 'canary' }) },
      written: { error: { name: 'TypeError', message: 'bad' } },
    },
    {
      name: 'a parser’s message is not told: it quotes the input',
      fields: { error: new SyntaxError('Unexpected token c, "canary" is not valid JSON') },
      written: { error: { name: 'SyntaxError', message: 'not told: it may quote the input' } },
    },
    { name: 'what is no error is none', fields: { error: 'canary' }, written: { droppedFields: 1 } },
    {
      name: 'an error under another name is dropped',
      fields: { reason: new Error('canary') },
      written: { droppedFields: 1 },
    },
  ])('$name', ({ fields, written }) => {
    expect(fieldsOf(fields)).toEqual(written)
  })

  it('a message of 100 kB is cut', () => {
    const [line] = logged('INFO', log => log.info('x'.repeat(100_000)))
    expect(line?.message).toBe('x'.repeat(1_000))
  })
})
