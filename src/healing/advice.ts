import type { StopCause } from './stop-cause.ts'

/** What a person does next: no message that Longshore gives up ends without it. */

/** About a cause that restarting cannot mend. */
export function remedy(cause: StopCause): string {
  switch (cause) {
    case 'image-not-found':
      return 'Push the image, or register a revision that names an existing one.'
    case 'image-auth':
      return 'Let its execution role pull the image, or correct repositoryCredentials.'
    case 'secrets':
      return 'Correct the name of the secret or parameter, or the rights of the execution role.'
    case 'log-driver':
      return 'Create the log group, or correct logConfiguration.'
    case 'placement':
      return 'Correct its placement constraints, or the attributes of the container instances.'
    case 'start-timeout':
      return 'Correct dependsOn and the start timeouts in its task definition.'
    default:
      return 'Correct its task definition.'
  }
}

/** About a cause that could have passed and did not, before running the task again by hand. `region` of the task, where known. */
export function check(cause: StopCause, region?: string): string {
  switch (cause) {
    case 'oom':
      return 'Give it more memory, or let heal.oom in longshore.yml do so'
    case 'image-network':
      return 'Check its way to the registry (NAT gateway, VPC endpoints or a public address)'
    case 'secrets':
    case 'log-driver':
      return 'Check its way to the service that the error names (NAT gateway or VPC endpoints)'
    case 'image-rate-limit':
      return 'Sign in to the registry, or pull through a cache in ECR'
    case 'network-interface':
      return 'Check the free addresses of its subnet'
    case 'volume':
      return 'Check its mount targets, their security groups and the free disk of its host'
    case 'placement':
      return 'Add capacity to the cluster or change its capacity provider'
    case 'quota':
      return `Raise the quota at ${quotasPage(region)}`
    case 'max-runtime':
      return 'Raise heal.stop.maxRuntime.after if it needs longer'
    case 'stuck':
    case 'start-timeout':
      return 'Find out why its containers take so long to start'
    case 'health-check-elb':
    case 'health-check-container':
    case 'unhealthy':
      return 'Check its health check and the log of the last task'
    case 'spot-interruption':
      return 'Choose on-demand capacity for it'
    case 'host-terminated':
    case 'maintenance':
      return 'Check the hosts of the cluster'
    default:
      return 'Find the cause in the log of the last task'
  }
}

/** Service Quotas in the console; each partition has its own (AWS Management Console, supported Regions). */
export function quotasPage(region?: string): string {
  const at = region === undefined ? '' : `${region}.`
  const domain = region?.startsWith('cn-')
    ? 'console.amazonaws.cn'
    : region?.startsWith('us-gov-')
      ? 'console.amazonaws-us-gov.com'
      : 'console.aws.amazon.com'
  return `https://${at}${domain}/servicequotas/home/services/fargate/quotas`
}
