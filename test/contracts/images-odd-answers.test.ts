import { createServer } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { type Open, openOnLoopback } from '../../src/world/loopback.ts'
import { failureCode, told } from './wire-answers.ts'
import { adaptersAt } from './wire-harness.ts'

/** What ECR may say that our own world does not. */

const image = {
  registryId: '444455556666',
  region: 'us-east-1',
  repository: 'hub/library/nginx',
  by: { tag: '1' },
}

let server: Open | undefined
afterEach(() => server?.close())

interface Asked {
  verb: string
  region: string
  registryId: string
}

/** `rules`: pages of pull-through cache rules, or the error instead of them. */
async function imagesBefore(type: string | null, rules: object[] | string) {
  const asked: Asked[] = []
  let page = 0
  const odd = createServer((request, response) => {
    let text = ''
    request.on('data', chunk => {
      text += chunk
    })
    request.on('end', () => {
      const verb = String(request.headers['x-amz-target']).split('.')[1] ?? ''
      const [, region = ''] =
        /Credential=[^/]+\/\d+\/([^/]+)\/ecr\//.exec(String(request.headers.authorization)) ?? []
      asked.push({ verb, region, registryId: JSON.parse(text).registryId })
      const error = verb === 'DescribeImages' ? type : typeof rules === 'string' ? rules : null
      const body = verb === 'DescribeImages' || typeof rules === 'string' ? {} : rules[page++]
      response
        .writeHead(error ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
        .end(JSON.stringify(error ? { __type: error, message: 'no' } : body))
    })
  })
  server = await openOnLoopback(odd)
  return { images: adaptersAt(server.endpoint, { maxAttempts: 1 }).images, asked }
}

const rule = (ecrRepositoryPrefix: string) => ({ ecrRepositoryPrefix })

describe('an image that ECR does not find', () => {
  test.each([['ImageNotFoundException'], ['RepositoryNotFoundException']])(
    'is gone where no cache would fetch it (%s)',
    async type => {
      const { images } = await imagesBefore(type, [
        { pullThroughCacheRules: [rule('hubs'), rule('hub/lib')] },
      ])
      expect(told(await images.digestOf(image))).toBe(null)
    },
  )

  test.each([
    ['its prefix', [{ pullThroughCacheRules: [rule('quay'), rule('hub')] }]],
    ['every prefix', [{ pullThroughCacheRules: [rule('ROOT')] }]],
    [
      'on the second page',
      [{ pullThroughCacheRules: [], nextToken: 'n' }, { pullThroughCacheRules: [rule('hub')] }],
    ],
  ])('may be fetched by a pull-through cache: %s', async (_, rules) => {
    const { images } = await imagesBefore('RepositoryNotFoundException', rules)
    expect(failureCode(await images.digestOf(image))).toBe('unavailable')
  })

  test('is not known to be gone where the rules cannot be read', async () => {
    const { images } = await imagesBefore('ImageNotFoundException', 'AccessDeniedException')
    expect(failureCode(await images.digestOf(image))).toBe('denied')
  })
})

test('what may not be asked is not gone', async () => {
  const { images, asked } = await imagesBefore('AccessDeniedException', [])
  expect(failureCode(await images.digestOf(image))).toBe('denied')
  expect(asked).toHaveLength(1)
})

test('an answer without an image is none', async () => {
  const { images } = await imagesBefore(null, [])
  expect(failureCode(await images.digestOf(image))).toBe('unavailable')
})

test('the registry is asked in its own region, by its own account', async () => {
  const { images, asked } = await imagesBefore('ImageNotFoundException', [{ pullThroughCacheRules: [] }])
  await images.digestOf(image)
  expect(asked).toEqual([
    { verb: 'DescribeImages', region: 'us-east-1', registryId: '444455556666' },
    { verb: 'DescribePullThroughCacheRules', region: 'us-east-1', registryId: '444455556666' },
  ])
})
