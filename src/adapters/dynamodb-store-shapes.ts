import type { Verb } from '../model/decision.ts'
import {
  byMember,
  flag,
  list,
  members,
  nullable,
  number,
  oneOf,
  optional,
  record,
  type Shape,
  text,
} from '../model/shape.ts'
import { taskStatuses } from '../model/task.ts'
import { instanceHealth, memory, memoryChange, strategy } from './dynamodb-store-memory-shapes.ts'

/**
 * What items of the table must look like to be worked with. Whoever edited one by hand, or wrote it with another Longshore, gets
 * one clear refusal, and the item stays as it is. Items live on when Longshore is updated: a member that is added must be
 * optional here, or be given a value where it is missing.
 */

const health = nullable(oneOf(['HEALTHY', 'UNHEALTHY', 'UNKNOWN']))
const words = nullable(text)
const amount = nullable(number)

const task = members({
  taskArn: text,
  taskId: text,
  clusterArn: text,
  cluster: text,
  group: words,
  startedBy: words,
  taskDefinitionArn: words,
  family: words,
  revision: amount,
  lastStatus: oneOf(taskStatuses),
  desiredStatus: oneOf(['RUNNING', 'STOPPED']),
  version: amount,
  stopCode: words,
  stoppedReason: words,
  containers: list(
    members({ name: text, exitCode: amount, reason: words, image: words, healthStatus: health }),
  ),
  healthStatus: health,
  networkInterface: nullable(members({ id: text, subnetId: words, privateIpv4: words, ipv6: words })),
  capacityProvider: words,
  launchType: words,
  enableExecuteCommand: flag,
  hasEbsVolume: flag,
  createdAtMs: amount,
  startedAtMs: amount,
  stoppingAtMs: amount,
  stoppedAtMs: amount,
})

const alarm = members({
  alarmName: text,
  state: oneOf(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  changedAtMs: number,
  mutedUntilMs: amount,
  suppressedBy: words,
})

const retirement = members({ taskId: text, atMs: amount })

const placement = members({ id: text, atMs: amount, capacityProviders: list(text) })

const kindOf = (value: unknown): Shape => {
  const has = (key: string) => typeof value === 'object' && value !== null && key in value
  if (has('alarm')) return members({ alarm })
  if (has('placement')) return members({ placement })
  return has('retirement') ? members({ retirement }) : members({ task })
}

export const evidence: Shape = value => members({ key: text, version: number })(value) ?? kindOf(value)(value)

export const launchSpec = members({
  taskId: text,
  cluster: text,
  taskDefinitionArn: text,
  network: nullable(
    members({
      subnets: list(text),
      securityGroups: list(text),
      assignPublicIp: oneOf(['ENABLED', 'DISABLED']),
    }),
  ),
  capacityProvider: words,
  launchType: words,
  platformVersion: words,
  overrides: members({
    containerOverrides: optional(
      list(
        members({
          command: optional(list(text)),
          environment: optional(list(members({ name: text, value: text }))),
        }),
      ),
    ),
  }),
  enableExecuteCommand: flag,
  group: words,
  tags: record(text),
  enableEcsManagedTags: flag,
  recordedAtMs: number,
  unsure: list(text),
})

const facts = list(members({ label: text, value: text, isLine: optional(flag) }))
const because = members({ code: text })
const room = oneOf(['scaling', 'healing', 'discovery'])

/** Of every verb there is. */
const actions: Record<Verb, Shape> = {
  'update-service': members({
    cluster: text,
    service: text,
    desiredCount: number,
    previousDesiredCount: number,
  }),
  'run-task': members({
    cluster: text,
    specTaskId: text,
    replaces: text,
    rootTaskId: text,
    attempt: number,
    clientToken: text,
    change: optional(
      members({
        subnets: optional(list(text)),
        memory: optional(memoryChange),
        capacityProvider: optional(text),
      }),
    ),
  }),
  'stop-deployment': members({ cluster: text, service: text, serviceDeploymentArn: text, from: text }),
  'roll-back-service': members({ cluster: text, service: text, from: text, to: text }),
  'stop-task': members({
    cluster: text,
    taskArn: text,
    reason: text,
    successor: optional(text),
    whileSteady: optional(members({ service: text, running: number })),
  }),
  'redeploy-service': members({ cluster: text, service: text, deploymentId: text }),
  'set-capacity-providers': members({
    cluster: text,
    service: text,
    capacityProvider: text,
    deploymentId: nullable(text),
    from: strategy,
    to: strategy,
  }),
  'register-instance': members({
    cloudMapServiceId: text,
    instanceId: text,
    attributes: record(text),
    cloudMapName: text,
  }),
  'deregister-instance': members({ cloudMapServiceId: text, instanceId: text, cloudMapName: text }),
  'set-instance-health': members({
    cloudMapServiceId: text,
    instanceId: text,
    status: instanceHealth,
    cloudMapName: text,
  }),
}

const action = byMember('verb', actions)

const intent = members({
  id: text,
  room,
  action,
  because,
  sentence: text,
  tell: flag,
  facts: optional(facts),
  settles: words,
  recordedAtMs: number,
})

export const state = members({
  generation: number,
  observedGeneration: number,
  epoch: number,
  owner: words,
  leaseUntilMs: number,
  nextLookAtMs: amount,
  failures: number,
  inbox: list(text),
  intents: list(intent),
  memory,
})

export const entry = members({
  id: text,
  target: byMember('kind', {
    service: members({ cluster: text, service: text }),
    family: members({ cluster: text, family: text }),
  }),
  atMs: number,
  room,
  outcome: oneOf(['done', 'failed', 'superseded', 'observed', 'held']),
  verb: nullable(oneOf(Object.keys(actions))),
  about: words,
  because,
  sentence: text,
  failure: words,
  change: nullable(members({ from: number, to: number })),
  untilMs: amount,
  facts,
  tell: flag,
})
