import { describe, expect, it } from 'vitest'
import { ecrImageOf, imageKey, imageName, shortDigest } from '../../src/model/image.ts'

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`
const host = '111122223333.dkr.ecr.eu-west-1.amazonaws.com'

describe('the name of an image in ECR', () => {
  it.each([
    [`${host}/api:1`, 'eu-west-1', 'api', { tag: '1' }],
    [`${host}/shop/api:v1.2-rc_3`, 'eu-west-1', 'shop/api', { tag: 'v1.2-rc_3' }],
    [`${host}/api`, 'eu-west-1', 'api', { tag: 'latest' }],
    [`${host}/api@${digest}`, 'eu-west-1', 'api', { digest }],
    [`${host}/api:1@${digest}`, 'eu-west-1', 'api', { digest }],
    ['111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/api:1', 'cn-north-1', 'api', { tag: '1' }],
    ['111122223333.dkr.ecr-fips.us-gov-west-1.amazonaws.com/api:1', 'us-gov-west-1', 'api', { tag: '1' }],
    ['111122223333.dkr-ecr.eu-west-1.on.aws/api:1', 'eu-west-1', 'api', { tag: '1' }],
  ])('%s', (name, region, repository, by) => {
    expect(ecrImageOf(name)).toEqual({ registryId: '111122223333', region, repository, by })
  })
})

describe('of no private registry of ECR', () => {
  it.each([
    [null],
    [''],
    ['nginx:1'],
    ['docker.io/library/nginx:1'],
    ['public.ecr.aws/nginx/nginx:1'],
    ['ghcr.io/shop/api:1'],
    [`${host}`],
    [`${host}/`],
    [`${host}/API:1`],
    [`${host}/api:`],
    [`${host}/api@sha256:short`],
    [`https://${host}/api:1`],
    [`11112222333.dkr.ecr.eu-west-1.amazonaws.com/api:1`],
    [`evil.example/${host}/api:1`],
    [`111122223333.dkr.ecr.eu-west-1.amazonaws.com.evil.example/api:1`],
  ])('%s', name => {
    expect(ecrImageOf(name)).toBe(null)
  })
})

it('is short in a sentence, and whole where it is compared', () => {
  const image = ecrImageOf(`${host}/shop/api@${digest}`)
  if (!image) throw new Error('no image')
  expect(imageName(image)).toBe('shop/api@sha256:0123456789ab')
  expect(imageKey(image)).toBe(`111122223333/eu-west-1/shop/api@${digest}`)
  expect(shortDigest(digest)).toBe('sha256:0123456789ab')
})
