import { day, isoTime, minute, second } from '../../src/model/time.ts'
import { retirementNotice } from '../../src/world/retirement-notice.ts'
import { createWorld } from '../../src/world/world.ts'
import { openAccount, policyOf, startAtMs } from './account.ts'
import { doneLines, everyTask, only, type Scenario, told } from './scenarios.ts'

/** Tasks that live and are replaced all the same. */

const lost: Scenario = {
  name: 'a machine whose agent has been silent for as long as the hold-down',
  async open() {
    const world = createWorld({ seed: 7, startAtMs })
    world.createCluster('prod')
    world.registerTaskDefinition({
      family: 'nightly',
      networkMode: 'bridge',
      containers: [{ name: 'app', image: 'nightly:1' }],
    })
    const machine = world.registerContainerInstance('prod')
    world.runTask({ cluster: 'prod', taskDefinition: 'nightly', capacityProvider: 'own-machines' })
    const account = openAccount(
      world,
      policyOf(`version: 1
mode: act
tasks:
  - match: { cluster: prod, family: nightly }
    heal: { restart: { on: [host] }, host: { after: 5m } }
`),
    )
    await account.run(2 * minute)
    world.registerContainerInstance('prod', 'b')
    world.setAgentConnected(machine, false)
    await account.run(4 * minute + 30 * second)
    return account
  },
  // The hold-down ends by itself.
  happen() {},
  dangerMs: 3 * minute,
  async wrong(account) {
    const alive = told(await account.world.ports.ecs.listTasks('prod', { family: 'nightly' }))
    return [
      ...only('living tasks', alive.length, 1),
      ...only('tasks ever', (await everyTask(account, 'nightly')).length, 2),
      ...only('done', doneLines(account), ['run-task', 'stop-task']),
    ]
  },
  async excess(account) {
    const alive = told(await account.world.ports.ecs.listTasks('prod', { family: 'nightly' }))
    return [
      ...((await everyTask(account, 'nightly')).length > 2 ? ['more than one replacement'] : []),
      ...(alive.length < 1 ? ['nobody is left'] : []),
    ]
  },
}

const redeployed: Scenario = {
  name: 'a service whose tasks AWS will stop',
  async open() {
    const world = createWorld({ seed: 7, startAtMs })
    world.createCluster('prod')
    world.registerTaskDefinition({ family: 'web', containers: [{ name: 'app', image: 'web:1' }] })
    world.createService({ cluster: 'prod', name: 'web', taskDefinition: 'web:1', desiredCount: 2 })
    const account = openAccount(
      world,
      policyOf(`version: 1
mode: act
services:
  - match: { cluster: prod, service: web }
    heal: { retirement: { window: "09:00-23:00 UTC" } }
`),
    )
    await account.run(10 * minute)
    return account
  },
  happen({ world, send }) {
    const lastUpdatedTime = isoTime(world.clock.now() - minute)
    send(retirementNotice('prod|web', world.clock.now() + 7 * day, { lastUpdatedTime }))
  },
  dangerMs: 4 * minute,
  async wrong(account) {
    const [service] = told(await account.world.ports.ecs.describeServices('prod', ['web'])).services
    return [
      ...only('tasks ever', (await everyTask(account, 'web')).length, 4),
      ...only('deployments', service?.deployments.length, 1),
      ...only('running', service?.runningCount, 2),
      ...only('done', doneLines(account), ['redeploy-service']),
    ]
  },
  async excess(account) {
    return (await everyTask(account, 'web')).length > 4 ? ['more than one deployment'] : []
  },
}

export const plannedScenarios: Scenario[] = [lost, redeployed]
