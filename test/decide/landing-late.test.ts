import { expect, it } from 'vitest'
import type { Action } from '../../src/model/decision.ts'
import type { Ecs } from '../../src/model/ports.ts'
import { answered } from '../../src/model/reading.ts'
import { act } from '../../src/reconcile/act.ts'
import type { WorkerPorts } from '../../src/reconcile/landing.ts'
import { now, web } from './landing-table.ts'

/** What is read once more right before a call takes its time. Meanwhile the lease may end, and another worker decide. */

const definition = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:2'
const strategy = [{ capacityProvider: 'FARGATE_SPOT', base: 0, weight: 1 }]
const service = {
  service: 'web',
  desiredCount: 2,
  runningCount: 2,
  taskSetCount: 0,
  tags: {},
  capacityProviderStrategy: strategy,
  deployments: [
    { id: 'ecs-svc/1', status: 'PRIMARY', rolloutState: 'COMPLETED', taskDefinitionArn: definition },
  ],
}
const taskArn = 'arn:aws:ecs:eu-west-1:111122223333:task/prod/a'
const at = { cluster: 'prod', service: 'web' }

/** Answers each read, and tells which changes were sent. */
function account(sent: string[]): WorkerPorts {
  const change = (verb: string) => async () => {
    sent.push(verb)
    return answered(service)
  }
  const ecs = {
    describeServices: async () => answered({ services: [service], missing: [] }),
    describeTasks: async () =>
      answered({ tasks: [{ lastStatus: 'RUNNING', desiredStatus: 'RUNNING' }], missing: [] }),
    stopDeployment: change('stopDeployment'),
    rollBackService: change('rollBackService'),
    redeployService: change('redeployService'),
    setCapacityProviders: change('setCapacityProviders'),
    stopTask: change('stopTask'),
  } as unknown as Ecs
  return { ecs, clock: { now: () => now } } as unknown as WorkerPorts
}

it.each<[sends: string, action: Action]>([
  ['stopDeployment', { verb: 'stop-deployment', ...at, serviceDeploymentArn: 'arn', from: definition }],
  ['rollBackService', { verb: 'roll-back-service', ...at, from: definition, to: 'web:1' }],
  ['redeployService', { verb: 'redeploy-service', ...at, deploymentId: 'ecs-svc/1' }],
  [
    'setCapacityProviders',
    { verb: 'set-capacity-providers', ...at, capacityProvider: 'FARGATE_SPOT', from: strategy, to: strategy },
  ],
  ['stopTask', { verb: 'stop-task', cluster: 'prod', taskArn, reason: 'longshore:host', successor: 'b' }],
])('%s is sent, and is not once the lease has ended', async (sends, action) => {
  const sent: string[] = []
  expect(await act(account(sent), web, { id: 'i', action }, () => false)).toMatchObject({ ok: true })
  expect(sent).toEqual([sends])
  expect(await act(account(sent), web, { id: 'i', action }, () => true)).toMatchObject({
    ok: false,
    code: 'unanswered',
  })
  expect(sent).toEqual([sends])
})
