import { placeholders } from './names.ts'
import type { Policy } from './policy.ts'

/** An IAM resource in CloudFormation's words. */
interface Sub {
  'Fn::Sub': string
}

/** What the functions may touch: what the policy names and no more. Read by serverless.yml from dist/stack.json. */
export interface Rights {
  /** Services that may be described and scaled. */
  services: Sub[]
  /** Task definitions that may be run again, in which clusters, and the tasks that come of it. */
  taskDefinitions: Sub[]
  taskClusters: Sub[]
  tasks: Sub[]
  slackParameters: Sub[]
  /** EventBridge patterns for the alarms that the policy names. */
  alarmNames: (string | { wildcard: string })[]
}

const arn = (service: string, resource: string): Sub => ({
  'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`,
})

/** IAM refuses an empty list; nothing is named like this. */
const nothing = 'longshore-matches-nothing'

export function rightsOf(policy: Policy): Rights {
  const scaled = policy.services.filter(rule => rule.scale !== null)
  const healed = policy.tasks.filter(rule => rule.heal !== null)
  const slack = policy.slack?.tokenParameter ?? policy.slack?.webhookParameter
  return {
    services: list(
      scaled.map(({ match }) => arn('ecs', `service/${match.cluster}/${match.service}`)),
      'ecs',
      'service',
    ),
    taskDefinitions: list(
      healed.map(({ match }) => arn('ecs', `task-definition/${match.family}:*`)),
      'ecs',
      'task-definition',
    ),
    taskClusters: list(
      policy.tasks.map(({ match }) => arn('ecs', `cluster/${match.cluster}`)),
      'ecs',
      'cluster',
    ),
    tasks: list(
      policy.tasks.map(({ match }) => arn('ecs', `task/${match.cluster}/*`)),
      'ecs',
      'task',
    ),
    slackParameters: list(
      slack ? [arn('ssm', `parameter/${slack.replace(/^\//, '')}`)] : [],
      'ssm',
      'parameter',
    ),
    alarmNames: alarmNames(policy),
  }
}

function list(resources: Sub[], service: string, type: string): Sub[] {
  const distinct = [...new Map(resources.map(resource => [resource['Fn::Sub'], resource])).values()]
  return distinct.length > 0 ? distinct : [arn(service, `${type}/${nothing}`)]
}

function alarmNames(policy: Policy): Rights['alarmNames'] {
  const names = policy.services.flatMap(rule => rule.scale?.triggers.map(trigger => trigger.alarm) ?? [])
  const patterns = [...new Set(names)].map(name => {
    const wildcard = placeholders.reduce((text, each) => text.replaceAll(each, '*'), name)
    return wildcard === name ? name : { wildcard }
  })
  return patterns.length > 0 ? patterns : [nothing]
}
