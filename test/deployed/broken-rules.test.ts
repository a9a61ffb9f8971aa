import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { broken, change, type Fault, none } from './faults.ts'
import { type Cloud, install, openCloud } from './installation.ts'
import {
  alarmGoesOff,
  deploymentBegins,
  machineFallsSilent,
  serviceIsRetired,
  serviceIsSteady,
  serviceTaskEnds,
  taskEnds,
  taskIsRetired,
  workedOff,
} from './stories.ts'

/**
 * The rules with one fault each, deployed with the whole stack: the worker never hears of what it is to hear of. Nothing is taken for lost that
 * is only late: each story ends when a message that came last was worked off.
 */

let cloud: Cloud

beforeAll(async () => {
  cloud = await openCloud()
})

afterAll(() => cloud?.close())

/** Writes it down, before it acknowledges the message. */
const stories = {
  'a standalone task ends': {
    happens: taskEnds,
    door: 'task',
    writes: /^family\/prod\/thumbnailer evidence#task/,
  },
  'a task of a service ends': {
    happens: serviceTaskEnds,
    door: 'service',
    writes: /^service\/prod\/checkout evidence#task/,
  },
  'a service is steady': {
    happens: serviceIsSteady,
    door: 'service',
    writes: /^service\/prod\/checkout state$/,
  },
  'a deployment begins': {
    happens: deploymentBegins,
    door: 'service',
    writes: /^service\/prod\/checkout state$/,
  },
  'tasks of a service will be stopped': {
    happens: serviceIsRetired,
    door: 'service',
    writes: /^service\/prod\/checkout journal#/,
  },
  'a standalone task will be stopped': {
    happens: taskIsRetired,
    door: 'task',
    writes: /^family\/prod\/thumbnailer evidence#retirement/,
  },
  'a machine falls silent': {
    happens: machineFallsSilent,
    door: 'task',
    writes: /^family\/prod\/thumbnailer state$/,
  },
  'an alarm goes off': {
    happens: alarmGoesOff,
    door: 'service',
    writes: /^service\/prod\/checkout evidence#alarm/,
  },
} as const

const pattern = (rule: string, how: Parameters<typeof change>[1]): Fault =>
  change(rule, ({ EventPattern }) => how(EventPattern))

describe.each<{ story: keyof typeof stories; faults: Record<string, Fault> }>([
  {
    story: 'a standalone task ends',
    faults: {
      'the source': pattern('TaskRule', wanted => Object.assign(wanted, { source: ['aws.ec2'] })),
      'the detail-type': pattern('TaskRule', wanted => {
        wanted['detail-type'] = ['ECS Task State Changed']
      }),
      'the group (tasks without one)': pattern('TaskRule', ({ detail }) => {
        detail.group = [{ exists: false }]
      }),
      'the status (only what runs)': pattern('TaskRule', ({ detail }) => {
        detail.lastStatus = ['RUNNING']
      }),
      'the cluster (its name, not its ARN)': pattern('TaskRule', ({ detail }) => {
        detail.clusterArn = ['prod']
      }),
      'the target (the dead letters)': change('TaskRule', ({ Targets }) => {
        Targets[0].Arn = { 'Fn::GetAtt': ['DeadLetters', 'Arn'] }
      }),
    },
  },
  {
    story: 'a task of a service ends',
    faults: {
      'the group (its name without a prefix)': pattern('ServiceTaskRule', ({ detail }) => {
        detail.group = ['service']
      }),
    },
  },
  {
    story: 'a service is steady',
    faults: {
      'the detail-type': pattern('ServiceRule', wanted => {
        wanted['detail-type'] = ['ECS Deployment State Change']
      }),
    },
  },
  {
    story: 'a deployment begins',
    faults: {
      'a cluster, which deployments do not name': pattern('ServiceRule', wanted => {
        wanted.detail = { clusterArn: [{ suffix: ':cluster/prod' }] }
      }),
    },
  },
  {
    story: 'tasks of a service will be stopped',
    faults: {
      'the source': pattern('ServiceRetirementRule', wanted =>
        Object.assign(wanted, { source: ['aws.ecs'] }),
      ),
    },
  },
  {
    story: 'a standalone task will be stopped',
    faults: {
      'the category': pattern('TaskRetirementRule', ({ detail }) => {
        detail.eventTypeCategory = ['issue']
      }),
    },
  },
  {
    story: 'a machine falls silent',
    faults: {
      'what counts as trouble (the agent is connected)': pattern('TaskMachineRule', ({ detail }) => {
        detail.$or[0].agentConnected = [true]
      }),
    },
  },
  {
    story: 'an alarm goes off',
    faults: {
      'the names of the alarms': pattern('AlarmRule', ({ detail }) => {
        detail.alarmName = ['{service}-p99-high']
      }),
      'the state (the rule is off)': change('AlarmRule', properties => {
        properties.State = 'DISABLED'
      }),
    },
  },
])('$story', ({ story, faults }) => {
  const rows = [
    { name: 'nothing', fault: none, heard: true },
    ...Object.entries(faults).map(([name, fault]) => ({ name, fault, heard: false })),
  ]

  it.each(rows)('with $name broken, its worker hears of it: $heard', async ({ fault, heard }) => {
    const { happens, door, writes } = stories[story]
    const longshore = await install(cloud, broken(cloud.stack, fault))
    await happens(longshore)
    await workedOff(longshore, door)
    const items = await longshore.items(longshore.table)
    expect(items).toEqual(heard ? expect.arrayContaining([expect.stringMatching(writes)]) : [])
    await longshore.remove()
  })
})
