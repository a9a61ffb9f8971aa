import { describe, expect, it } from 'vitest'
import { difference } from '../../src/healing/services/difference.ts'
import type {
  ContainerDefinition,
  ContainerSettings,
  TaskDefinition,
} from '../../src/model/task-definition.ts'

const none: ContainerSettings = {
  cpuUnits: null,
  memoryMiB: 512,
  memoryReservationMiB: null,
  environment: {},
  secrets: {},
  others: {},
  log: null,
}

const app = (settings: Partial<ContainerSettings> = {}, other: Partial<ContainerDefinition> = {}) => ({
  name: 'app',
  essential: true,
  hasHealthCheck: false,
  image: 'api:2',
  settings: { ...none, ...settings },
  ...other,
})

const of = (...containers: ContainerDefinition[]): TaskDefinition => ({
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/api:1',
  status: 'ACTIVE',
  networkMode: 'awsvpc',
  containers,
  settings: { cpuUnits: 256, memoryMiB: 512, others: { taskRoleArn: 'm1' } },
})

const host = '111122223333.dkr.ecr.eu-west-1.amazonaws.com'

describe('one container', () => {
  it.each<[string, ContainerDefinition, ContainerDefinition, string[]]>([
    ['nothing', app(), app(), []],
    ['its image', app(), app({}, { image: 'api:3' }), ['image api:2 → api:3']],
    [
      'an image in ECR, without its registry',
      app({}, { image: `${host}/shop/api:2` }),
      app({}, { image: `${host}/shop/api@sha256:${'0123456789abcdef'.repeat(4)}` }),
      ['image shop/api:2 → shop/api@sha256:0123456789ab'],
    ],
    [
      'variables, by name',
      app({ environment: { OLD: 'm1', URL: 'm2', STAGE: 'm3' } }),
      app({ environment: { STAGE: 'm3', URL: 'm4', NEW_FLAG: 'm5', A: 'm6' } }),
      ['environment + A + NEW_FLAG − OLD, changed URL'],
    ],
    [
      'a value alone',
      app({ environment: { URL: 'm1', B: 'm1' } }),
      app({ environment: { URL: 'm2', B: 'm2' } }),
      ['environment changed B, URL'],
    ],
    [
      'many variables',
      app(),
      app({ environment: Object.fromEntries([...'ABCDEFGH'].map(name => [name, 'm'])) }),
      ['environment + A + B + C + D + E + F and 2 more'],
    ],
    [
      'where a secret is read from',
      app({ secrets: { DB: 'm1' } }),
      app({ secrets: { DB: 'm2', KEY: 'm3' } }),
      ['secrets + KEY, changed DB'],
    ],
    [
      'amounts',
      app({ cpuUnits: 128, memoryReservationMiB: 256 }),
      app({ memoryMiB: 256, memoryReservationMiB: 128 }),
      ['CPU 128 → none', 'memory 512 → 256 MiB', 'reserved memory 256 → 128 MiB'],
    ],
    ['a limit that was taken away', app(), app({ memoryMiB: null }), ['memory 512 → none']],
    [
      'a command, and nothing of what it says',
      app({ others: { command: 'm1' } }),
      app({ others: { command: 'm2', healthCheck: 'm3' } }),
      ['command, healthCheck changed'],
    ],
    ['its name', app(), app({}, { name: 'web' }), ['name app → web']],
    [
      'a name that would break the line',
      app(),
      app({ environment: { 'A\n*B*': 'm' } }),
      ['environment + A *B*'],
    ],
    ['a name like none', app(), app({ environment: { ['__proto__']: 'm' } }), ['environment + __proto__']],
  ])('%s', (_, before, after, phrases) => {
    expect(difference(of(before), of(after))).toEqual(phrases)
  })
})

describe('several containers', () => {
  const sidecar = app({}, { name: 'proxy', image: 'envoy:1' })

  it('are told by name, whatever their order', () => {
    expect(difference(of(app(), sidecar), of({ ...sidecar, image: 'envoy:2' }, app()))).toEqual([
      'proxy: image envoy:1 → envoy:2',
    ])
  })

  it('one that came, one that went', () => {
    expect(difference(of(app()), of(app(), sidecar))).toEqual(['container proxy added'])
    expect(difference(of(app(), sidecar), of(app()))).toEqual(['container proxy removed'])
  })
})

it('what the task as a whole has', () => {
  const after = { ...of(app()), settings: { cpuUnits: 512, memoryMiB: 1024, others: { taskRoleArn: 'm2' } } }
  expect(difference(of(app()), after)).toEqual([
    'CPU of the task 256 → 512',
    'memory of the task 512 → 1024 MiB',
    'taskRoleArn changed',
  ])
})

it('what nobody told is no difference', () => {
  const { settings: _, ...bare } = app()
  expect(difference(of(bare), of(app({ environment: { A: 'm' } })))).toEqual([])
})
