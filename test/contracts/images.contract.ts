import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { EcrImage } from '../../src/model/image.ts'
import { failureCode, told } from './wire-answers.ts'
import type { Harness } from './wire-harness.ts'

/** What every implementation of the port Images keeps. */
export function imagesContract(name: string, makePorts: () => Promise<Harness>): void {
  describe(`images: ${name}`, () => {
    let harness: Harness
    beforeEach(async () => {
      harness = await makePorts()
    })
    afterEach(() => harness.close())

    const image = (by: EcrImage['by'], repository = 'shop/api'): EcrImage => ({
      registryId: harness.account.id,
      region: 'eu-west-1',
      repository,
      by,
    })
    const digestOf = async (by: EcrImage['by'], repository?: string) =>
      told(await harness.ports.images.digestOf(image(by, repository)))

    test('a tag names a digest, and the digest itself', async () => {
      const digest = await harness.account.pushImage('shop/api', '1')
      expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/)
      expect(await digestOf({ tag: '1' })).toBe(digest)
      expect(await digestOf({ digest })).toBe(digest)
    })

    test('a tag that moved names the newer image, and the older is there by its digest', async () => {
      const before = await harness.account.pushImage('shop/api', '1')
      const after = await harness.account.pushImage('shop/api', '1')
      expect(after).not.toBe(before)
      expect(await digestOf({ tag: '1' })).toBe(after)
      expect(await digestOf({ digest: before })).toBe(before)
    })

    test('an image that was deleted is gone, by tag and by digest', async () => {
      const digest = await harness.account.pushImage('shop/api', '1')
      const other = await harness.account.pushImage('shop/api', '2')
      await harness.account.deleteImage('shop/api', { digest })
      expect(await digestOf({ tag: '1' })).toBe(null)
      expect(await digestOf({ digest })).toBe(null)
      expect(await digestOf({ tag: '2' })).toBe(other)
    })

    test('so is the last tag of an image, and a tag or repository that never was', async () => {
      const digest = await harness.account.pushImage('shop/api', '1')
      await harness.account.deleteImage('shop/api', { tag: '1' })
      expect(await digestOf({ digest })).toBe(null)
      expect(await digestOf({ tag: '3' })).toBe(null)
      expect(await digestOf({ tag: '1' }, 'shop/never')).toBe(null)
    })

    test.each(['throttled', 'unavailable', 'denied'] as const)('%s is not gone', async code => {
      const digest = await harness.account.pushImage('shop/api', '1')
      await harness.account.failNext('ecr:DescribeImages', code)
      expect(failureCode(await harness.ports.images.digestOf(image({ tag: '1' })))).toBe(code)
      expect(await digestOf({ tag: '1' })).toBe(digest)
    })
  })
}
