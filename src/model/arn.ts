/**
 * ECS resource names. Both forms occur: long `task/<cluster>/<id>`, legacy short `task/<id>`
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html).
 * Only the shape counts: documentation writes letters where an account number should be.
 */

export interface EcsArn {
  /** `task`, `service`, `cluster`, `container-instance`, `task-definition`, … */
  type: string
  /** Cluster name, or null in the short form and for resources outside clusters. */
  cluster: string | null
  /** Task id, service name, cluster name, or `family:revision`. */
  id: string
}

/** Null when the text is no ECS ARN. */
export function parseEcsArn(arn: string): EcsArn | null {
  const match = /^arn:[^:]*:ecs:[^:]*:[^:]*:([a-z-]+)\/(?:([^/]+)\/)?([^/]+)$/.exec(arn)
  if (!match) return null
  const [, type = '', cluster = null, id = ''] = match
  return { type, cluster, id }
}

/** Last path segment of an ARN, or the text itself when it is a plain name. */
export const lastSegment = (arnOrName: string): string => arnOrName.slice(arnOrName.lastIndexOf('/') + 1)

/** Family and revision of `…:task-definition/family:revision` or `family:revision`; revision null when absent. */
export function parseTaskDefinition(arnOrName: string): { family: string; revision: number | null } {
  const match = /^(.*?)(?::(\d+))?$/.exec(lastSegment(arnOrName))
  return { family: match?.[1] ?? arnOrName, revision: match?.[2] ? Number(match[2]) : null }
}

/** `eu-west-1` of `arn:aws:ecs:eu-west-1:…`. */
export const regionOf = (arn: string): string => arn.split(':')[3] ?? ''
