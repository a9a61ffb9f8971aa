import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TestContainer } from './account.ts'
import { told } from './wire-answers.ts'
import type { Harness } from './wire-harness.ts'

/** What every implementation of the port Ecs tells of a task definition, and what none tells. */
export function taskDefinitionContract(name: string, makePorts: () => Promise<Harness>): void {
  describe(`task definition: ${name}`, () => {
    let harness: Harness
    beforeEach(async () => {
      harness = await makePorts()
    })
    afterEach(() => harness.close())

    const described = async (container: TestContainer) => {
      const arn = await harness.account.addRevision('api', container)
      const [app] = told(await harness.ports.ecs.describeTaskDefinition(arn)).containers
      if (!app?.settings) throw new Error(`${arn} has no settings`)
      return app.settings
    }

    test('amounts, names, and where it logs to', async () => {
      const settings = await described({
        cpu: 128,
        memory: 512,
        memoryReservation: 256,
        environment: { STAGE: 'prod', KEY: 'hunter2' },
        secrets: { DB: 'arn:aws:ssm:eu-west-1:111122223333:parameter/db' },
        command: ['serve', '--token', 'hunter2'],
        log: { group: '/ecs/api', prefix: 'api' },
      })
      expect(settings).toMatchObject({
        cpuUnits: 128,
        memoryMiB: 512,
        memoryReservationMiB: 256,
        log: { driver: 'awslogs', group: '/ecs/api', region: 'eu-west-1', streamPrefix: 'api' },
      })
      expect(Object.keys(settings.environment).toSorted()).toEqual(['KEY', 'STAGE'])
      expect(Object.keys(settings.secrets)).toEqual(['DB'])
      expect(Object.keys(settings.others)).toEqual(expect.arrayContaining(['command', 'logConfiguration']))
    })

    test('no value of a variable, no word of a command, no place of a secret', async () => {
      const settings = await described({
        memory: 512,
        environment: { KEY: 'hunter2' },
        secrets: { DB: 'hunter2' },
        command: ['serve', 'hunter2'],
      })
      expect(JSON.stringify(settings)).not.toMatch(/hunter2|serve/)
    })

    test('what is the same has the same mark, and what is not another', async () => {
      const before = await described({ memory: 512, environment: { A: '1', B: '1' }, command: ['serve'] })
      const after = await described({
        memory: 512,
        environment: { A: '1', B: '2' },
        command: ['serve', '-v'],
      })
      expect(after.environment.A).toBe(before.environment.A)
      expect(after.environment.B).not.toBe(before.environment.B)
      expect(after.others.command).not.toBe(before.others.command)
    })

    test('what was not given is not there', async () => {
      expect(await described({ memory: 512 })).toMatchObject({
        cpuUnits: null,
        memoryReservationMiB: null,
        environment: {},
        secrets: {},
        log: null,
      })
    })
  })
}
