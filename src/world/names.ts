/** The one account and Region of the world, and how its resources are called. Long ARN forms, the default since 2021. */
export const account = '111122223333'
export const region = 'eu-west-1'

const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`

export const clusterArn = (cluster: string): string => arn('ecs', `cluster/${cluster}`)
export const serviceArn = (cluster: string, service: string): string =>
  arn('ecs', `service/${cluster}/${service}`)
export const serviceDeploymentArn = (cluster: string, service: string, id: string): string =>
  arn('ecs', `service-deployment/${cluster}/${service}/${id}`)
export const taskArn = (cluster: string, taskId: string): string => arn('ecs', `task/${cluster}/${taskId}`)
export const containerArn = (cluster: string, taskId: string, id: string): string =>
  arn('ecs', `container/${cluster}/${taskId}/${id}`)
export const taskDefinitionArn = (family: string, revision: number): string =>
  arn('ecs', `task-definition/${family}:${revision}`)
export const containerInstanceArn = (cluster: string, id: string): string =>
  arn('ecs', `container-instance/${cluster}/${id}`)
export const capacityProviderArn = (name: string): string => arn('ecs', `capacity-provider/${name}`)
export const targetGroupArn = (name: string, id: string): string =>
  arn('elasticloadbalancing', `targetgroup/${name}/${id}`)
export const alarmArn = (name: string): string => arn('cloudwatch', `alarm:${name}`)
export const muteRuleArn = (name: string): string => arn('cloudwatch', `alarm-mute-rule:${name}`)
