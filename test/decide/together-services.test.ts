import { describe, expect, it } from 'vitest'
import type { Service } from '../../src/model/service.ts'
import { namesOf, packServices, servicesFor } from '../../src/reconcile/together/services.ts'

const asks = (names: string, cluster = 'prod') => ({ cluster, names: names.split(' ') })
const many = (count: number, letter = 's') => Array.from({ length: count }, (_, n) => asks(`${letter}${n}`))
const service = (name: string) => ({ service: name }) as Service
const arn = (name: string) => `arn:aws:ecs:eu-west-1:111122223333:service/prod/${name}`

describe('the calls of DescribeServices', () => {
  it.each([
    { what: 'nothing asked, nothing called', asked: [], calls: [] },
    { what: 'ten services of one cluster are one call', asked: many(10), calls: [10] },
    { what: 'twenty-five are three', asked: many(25), calls: [10, 10, 5] },
    {
      what: 'clusters do not mix',
      asked: [asks('web'), asks('web', 'test'), asks('api'), asks('api', 'test')],
      calls: [2, 2],
    },
    {
      what: 'a service that two ask for counts once',
      asked: [...many(10), asks('s3')],
      calls: [10],
    },
    {
      what: 'a question for several names stays whole',
      asked: [...many(8), asks('a b c'), asks('d e')],
      calls: [10, 3],
    },
    {
      what: 'one for more than ten has its own call, which the port divides',
      asked: [asks('web'), asks('a b c d e f g h i j k'), asks('api')],
      calls: [2, 11],
    },
  ])('$what', ({ asked, calls }) => {
    expect(packServices(asked).map(group => namesOf(group).length)).toEqual(calls)
    expect(packServices(asked).flat()).toHaveLength(asked.length)
  })
})

describe('the answer of DescribeServices, for one of them', () => {
  const told = { services: [service('web'), service('api')], missing: [arn('gone'), 'lost'] }

  it.each([
    { what: 'its service', names: 'web', services: ['web'], missing: [] },
    { what: 'asked by its ARN', names: arn('api'), services: ['api'], missing: [] },
    { what: 'missing is only missing to who asked', names: 'gone', services: [], missing: ['gone'] },
    { what: 'in its own words', names: arn('lost'), services: [], missing: [arn('lost')] },
    { what: 'some of each', names: 'lost web', services: ['web'], missing: ['lost'] },
    { what: 'neither told nor missing', names: 'odd', services: [], missing: [] },
  ])('$what', ({ names, services, missing }) => {
    const mine = servicesFor(asks(names), told)
    expect(mine.services.map(each => each.service)).toEqual(services)
    expect(mine.missing).toEqual(missing)
  })
})
