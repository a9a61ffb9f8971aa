import type { StopCause } from './stop-cause.ts'

/**
 * What AWS writes into `stoppedReason` and container reasons, and the cause it names. The first match wins, so the
 * order matters: a narrow wording stands before the wide one that contains it. Wordings from the ECS Developer Guide
 * (stopped-task-error-codes, task_cannot_pull_image, resource-initialization-error, api_failures_messages) and the
 * named errors of aws/amazon-ecs-agent.
 */

type Patterns = readonly (readonly [RegExp, StopCause])[]

/** Anchored: these are whole sentences of AWS, which a caller's own StopTask text is unlikely to imitate. */
export const hostReasons: Patterns = [
  [/^host ec2\b.*\b(terminated|stopped)/i, 'host-terminated'],
  [/^container instance deregistration forced/i, 'host-terminated'],
]

/** Why ECS itself stops a healthy or failing task. */
export const schedulerReasons: Patterns = [
  [/performing maintenance on the underlying infrastructure/i, 'maintenance'],
  [/spot task was interrupted/i, 'spot-interruption'],
  ...hostReasons,
  [/container health check/i, 'health-check-container'],
  [/health check|unhealthy in .*target-?group/i, 'health-check-elb'],
  [/^scaling activity initiated|\(deployment ecs-svc\//i, 'scale-in-or-deployment'],
]

const lostConnection =
  /i\/o timeout|net\/http|tls handshake|context canceled|context deadline exceeded|connection (issue|refused|reset|timed out)|dial tcp|no such host|request canceled|signal: killed/i

/** `failed to resolve ref` is all that Fargate leaves of a long not-found message, and also begins the network ones. */
const pullReasons: Patterns = [
  [/toomanyrequests|too many requests|pull rate limit/i, 'image-rate-limit'],
  [/no space left on device|devmapper/i, 'volume'],
  [lostConnection, 'image-network'],
  [
    /access denied|accessdenied|\bdenied\b|unauthorized|forbidden|\b40[13]\b|no basic auth|authentication required|permissions? to pull|authorization token/i,
    'image-auth',
  ],
  [
    /not found|manifest unknown|name unknown|does not exist|failed to resolve ref|matching platform|no matching manifest|invalid reference format/i,
    'image-not-found',
  ],
]

const pull = /cannotpull|pull access denied|failed to resolve ref|can.t pull the image/i
const registryLogin = /ecr registry auth|registry auth from amazon ecr|\bapi\.ecr\b/i

/** What keeps a task from starting, or a container from running. */
const startReasons: Patterns = [
  [/outofmemoryerror/i, 'oom'],
  [/reached the limit on the number of|is above your limit|vcpu limit/i, 'quota'],
  [/\bresource:[a-z]/i, 'placement'],
  [/^(agent|attribute|location|missing|inactive)$/i, 'placement'],
  [/no active instances|empty capacity provider|placement constraint|capacity is unavailable/i, 'placement'],
  [
    /initialize logging driver|validate logger args|cloudwatch log stream|log group does not exist/i,
    'log-driver',
  ],
  [
    /pull secrets|retriev\w* (the )?secrets?|secrets manager|parameter store|env(ironment)?( variable)? files?/i,
    'secrets',
  ],
  [/\befs\b|\bfsx\b|\bebs\b|(cannotcreate|invalid)volume|ephemeralstorage provisioning/i, 'volume'],
  [/taskdependency|dependson|timeouterror|could not transition to/i, 'start-timeout'],
  [/network interface|containernetworkingerror|^internalerror/i, 'network-interface'],
  [/executable file not found|exec format error|exec: .*(no such file|permission denied)/i, 'app-crash'],
]

const first = (text: string, patterns: Patterns): StopCause | null =>
  patterns.find(([pattern]) => pattern.test(text))?.[1] ?? null

export const schedulerCause = (text: string): StopCause | null => first(text, schedulerReasons)
export const hostCause = (text: string): StopCause | null => first(text, hostReasons)

/** The cause a start failure or a container reason names; null when it names none. */
export function reasonCause(text: string): StopCause | null {
  // A pull whose details Fargate cut off counts as network: a few tries more hurt less than giving up on a good image.
  if (pull.test(text)) return first(text, pullReasons) ?? 'image-network'
  if (registryLogin.test(text)) return lostConnection.test(text) ? 'image-network' : 'image-auth'
  return first(text, startReasons)
}

/** The text blames the way to another service, not the service's answer. */
export const blamesNetwork = (text: string): boolean => lostConnection.test(text)
