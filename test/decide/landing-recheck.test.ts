import { describe, expect, it } from 'vitest'
import type { Action } from '../../src/model/decision.ts'
import type { Ecs } from '../../src/model/ports.ts'
import { answered, refused } from '../../src/model/reading.ts'
import { act } from '../../src/reconcile/act.ts'
import type { WorkerPorts } from '../../src/reconcile/landing.ts'
import { now, web } from './landing-table.ts'

/** What is read once more right before a call: whoever changed the world meanwhile knows better than the decision. */

const definition = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:2'
const strategy = [{ capacityProvider: 'FARGATE_SPOT', base: 0, weight: 1 }]
const primary = {
  id: 'ecs-svc/1',
  status: 'PRIMARY',
  rolloutState: 'COMPLETED',
  taskDefinitionArn: definition,
}
const service = {
  service: 'web',
  desiredCount: 2,
  runningCount: 2,
  taskSetCount: 0,
  tags: {},
  capacityProviderStrategy: strategy,
  deployments: [primary],
}
const running = { lastStatus: 'RUNNING', desiredStatus: 'RUNNING' }
const taskArn = 'arn:aws:ecs:eu-west-1:111122223333:task/prod/a'
const at = { cluster: 'prod', service: 'web' }

/** What ECS says when it is asked once more. Null = it does not answer. */
interface Present {
  services: object[] | null
  tasks: object[] | null
}

const asDecided: Present = { services: [service], tasks: [running] }

/** Answers each read, and keeps which changes were sent. */
function account({ services, tasks }: Present, sent: string[]): WorkerPorts {
  const change = (verb: string) => async () => {
    sent.push(verb)
    return answered(service)
  }
  const read = (operation: string, found: object | null) => async () =>
    found ? answered(found) : refused(operation, 'denied', 'not allowed')
  const ecs = {
    describeServices: read('ecs:DescribeServices', services && { services, missing: [] }),
    describeTasks: read('ecs:DescribeTasks', tasks && { tasks, missing: [] }),
    stopDeployment: change('stopDeployment'),
    rollBackService: change('rollBackService'),
    redeployService: change('redeployService'),
    setCapacityProviders: change('setCapacityProviders'),
    stopTask: change('stopTask'),
  } as unknown as Ecs
  return { ecs, clock: { now: () => now } } as unknown as WorkerPorts
}

const stopDeployment: Action = {
  verb: 'stop-deployment',
  ...at,
  serviceDeploymentArn: 'arn',
  from: definition,
}
const rollBack: Action = { verb: 'roll-back-service', ...at, from: definition, to: 'web:1' }
const redeploy: Action = { verb: 'redeploy-service', ...at, deploymentId: 'ecs-svc/1' }
const otherStrategy: Action = {
  verb: 'set-capacity-providers',
  ...at,
  capacityProvider: 'FARGATE_SPOT',
  deploymentId: 'ecs-svc/1',
  from: strategy,
  to: strategy,
}
const stopReplaced: Action = {
  verb: 'stop-task',
  cluster: 'prod',
  taskArn,
  reason: 'longshore:host',
  successor: 'b',
}
const stopOfService: Action = {
  verb: 'stop-task',
  cluster: 'prod',
  taskArn,
  reason: 'longshore:host',
  whileSteady: { service: 'web', running: 2 },
}
const all: [sends: string, action: Action][] = [
  ['stopDeployment', stopDeployment],
  ['rollBackService', rollBack],
  ['redeployService', redeploy],
  ['setCapacityProviders', otherStrategy],
  ['stopTask', stopReplaced],
  ['stopTask', stopOfService],
]

async function outcomeOf(action: Action, present: Present, isOver = false) {
  const sent: string[] = []
  const outcome = await act(account(present, sent), web, { id: 'i', action }, () => isOver)
  return { sent, outcome }
}

describe.each(all)('%s', (sends, action) => {
  it('is sent while the world is as it was decided from', async () => {
    expect(await outcomeOf(action, asDecided)).toMatchObject({ sent: [sends], outcome: { ok: true } })
  })

  it('is not sent once the lease has ended during the read', async () => {
    const late = { ok: false, code: 'unanswered', transient: true }
    expect(await outcomeOf(action, asDecided, true)).toMatchObject({ sent: [], outcome: late })
  })

  it('is not sent, and tried again, when the read fails: its refusal is none of the change', async () => {
    const unknown = { ok: false, code: 'unavailable', transient: true }
    const unread: Present = { services: null, tasks: null }
    expect(await outcomeOf(action, unread)).toMatchObject({ sent: [], outcome: unknown })
  })
})

const other = { ...primary, id: 'ecs-svc/2', taskDefinitionArn: `${definition}0` }
const deploying = [{ ...primary, rolloutState: 'IN_PROGRESS' }]
const paused = { 'longshore:paused': 'true' }

it.each<[name: string, action: Action, present: Partial<Present>]>([
  [
    'another revision is deployed by now',
    stopDeployment,
    { services: [{ ...service, deployments: [other] }] },
  ],
  ['another revision is deployed by now', rollBack, { services: [{ ...service, deployments: [other] }] }],
  ['the service is gone', rollBack, { services: [] }],
  ['another deployment is the primary one', redeploy, { services: [{ ...service, deployments: [other] }] }],
  ['somebody deploys', redeploy, { services: [{ ...service, deployments: deploying }] }],
  ['the owner paused it', redeploy, { services: [{ ...service, tags: paused }] }],
  ['the service is gone', redeploy, { services: [] }],
  [
    'the strategy is another one',
    otherStrategy,
    { services: [{ ...service, capacityProviderStrategy: [] }] },
  ],
  [
    'another deployment is the primary one',
    otherStrategy,
    { services: [{ ...service, deployments: [other] }] },
  ],
  ['the service is gone', otherStrategy, { services: [] }],
  ['somebody deploys', stopOfService, { services: [{ ...service, deployments: deploying }] }],
  ['fewer run than should', stopOfService, { services: [{ ...service, desiredCount: 3 }] }],
  [
    'fewer run than it was decided from',
    stopOfService,
    { services: [{ ...service, desiredCount: 1, runningCount: 1 }] },
  ],
  ['the service is gone', stopOfService, { services: [] }],
  [
    'whoever stands in its place still starts',
    stopReplaced,
    { tasks: [{ ...running, lastStatus: 'PENDING' }] },
  ],
  ['whoever stands in its place has ended', stopReplaced, { tasks: [{ ...running, lastStatus: 'STOPPED' }] }],
  ['whoever stands in its place is no longer known', stopReplaced, { tasks: [] }],
])('nothing is done, and decided again: %s', async (_, action, present) => {
  const again = { ok: false, code: 'superseded', transient: false }
  expect(await outcomeOf(action, { ...asDecided, ...present })).toMatchObject({ sent: [], outcome: again })
})
