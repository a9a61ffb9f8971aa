import { describe, expect, it } from 'vitest'
import { refused } from '../../src/model/reading.ts'
import { minute } from '../../src/model/time.ts'
import { network, type Story, story, type Twist, unrest } from './landing-stage.ts'
import { value } from './world-stage.ts'

/** Images that are deleted, and tags that move, while their tasks run. */

const image = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/batch:stable'
const policy = `version: 1
mode: act
slack: { channel: "#ops", token: /longshore/slack-token }
services:
  - match: { cluster: prod, service: api }
    heal: { crashLoop: { stops: 4, then: roll-back } }
tasks:
  - match: { cluster: prod, family: batch }
    heal: { restart: { on: [crash], attempts: 3, backoff: 10s..1m } }
`

/** A task of family `batch` that runs. */
async function open(twist: Twist = {}): Promise<{ told: Story; arn: string }> {
  const told = story({ policy, ...twist })
  told.world.registerTaskDefinition({ family: 'batch', containers: [{ name: 'app', image }] })
  const arn = told.world.runTask({ cluster: 'prod', taskDefinition: 'batch', network })
  await told.run(3 * minute)
  return { told, arn }
}

describe('a standalone task that crashes', () => {
  it('is not run again when its image was deleted, and that is told', async () => {
    const { told, arn } = await open()
    told.world.deleteImage(image)
    told.world.killTask(arn, 'crash')
    await told.run(20 * minute)
    expect(await told.tasks('batch')).toHaveLength(1)
    expect(told.lines('batch')).toEqual(['held backoff', 'held image-gone'])
    expect(told.slack()).toEqual(['batch (prod): Longshore left a stopped task as it is'])
    expect(told.world.slack.messages[0]?.message.text).toContain(
      'its image shop/batch:stable is no longer in ECR',
    )
    expect(unrest(told)).toEqual([])
  })

  it('is run again when its tag moved, and that is told', async () => {
    const { told, arn } = await open()
    const [before] = await told.tasks('batch')
    const now = told.world.pushImage(image)
    told.world.killTask(arn, 'crash')
    await told.run(5 * minute)
    const ran = before?.containers[0]?.imageDigest ?? ''
    const [after] = (await told.tasks('batch')).filter(({ taskArn }) => taskArn !== arn)
    expect(after?.containers[0]?.imageDigest).toBe(now)
    expect(told.world.slack.messages[0]?.message.text).toContain(
      `Not the image that ran: shop/batch:stable was ${ran.slice(0, 19)}, and names ${now.slice(0, 19)} now.`,
    )
  })

  it('is run again when ECR does not answer, or does not let itself be asked', async () => {
    const { told, arn } = await open({
      ports: () => ({
        images: { digestOf: async () => refused('ecr:DescribeImages', 'denied', 'no') },
      }),
    })
    told.world.killTask(arn, 'crash')
    await told.run(5 * minute)
    expect((await told.tasks('batch')).filter(({ lastStatus }) => lastStatus === 'RUNNING')).toHaveLength(1)
  })

  it('that is well makes nobody ask', async () => {
    let asked = 0
    const { told } = await open({
      ports: ({ images }) => ({
        images: {
          digestOf: which => {
            asked += 1
            return images.digestOf(which)
          },
        },
      }),
    })
    await told.run(30 * minute)
    expect(asked).toBe(0)
  })
})

describe('a service in a crash loop', () => {
  const repository = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/api'

  /** `api:1` of `shop/api:1` stands; `api:2` crashes so long after it reached RUNNING. */
  async function failing(afterMs: number, spoil: (told: Story, digest: string) => unknown): Promise<Story> {
    const told = story({ policy })
    const digest = told.world.pushImage(`${repository}:1`)
    told.world.registerTaskDefinition({
      family: 'api',
      containers: [{ name: 'app', image: `${repository}:1` }],
    })
    told.world.createService({ cluster: 'prod', name: 'api', taskDefinition: 'api:1', desiredCount: 2 })
    await told.run(15 * minute)
    spoil(told, digest)
    const next = told.world.registerTaskDefinition({
      family: 'api',
      containers: [{ name: 'app', image: `${repository}:2` }],
    })
    told.world.setFate(next, { how: 'crash', afterMs })
    told.world.deploy('prod/api', next)
    await told.run(25 * minute)
    return told
  }

  const revision = async ({ world }: Story) =>
    value(await world.ports.ecs.describeServices('prod', ['api']))
      .services[0]?.deployments[0]?.taskDefinitionArn?.split('/')
      .at(-1)

  it.each([
    ['while it is deployed', 15_000],
    ['after its deployment completed', 4 * minute],
  ])('%s is not rolled back to an image that was deleted', async (_, afterMs) => {
    const told = await failing(afterMs, ({ world }, digest) => world.deleteImage(`${repository}@${digest}`))
    expect(await revision(told)).toBe('api:2')
    const sentence = told.journal.find(
      ({ because }) => because.code === 'crash-loop-not-rolled-back',
    )?.sentence
    expect(sentence).toMatch(
      /Not rolled back: the image shop\/api.* of the revision before is no longer in ECR/,
    )
    expect(told.slack()).toEqual(['api (prod): Longshore sees a crash loop'])
  })

  it('while it is deployed, it is rolled back to the digest that was resolved, though the tag moved', async () => {
    const told = await failing(15_000, ({ world }) => world.pushImage(`${repository}:1`))
    expect(await revision(told)).toBe('api:1')
  })
})
