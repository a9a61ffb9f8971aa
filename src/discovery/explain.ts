import { clockTime, span } from '../model/time.ts'
import type { DiscoveryReason } from './reason.ts'

/** The one sentence of each reason; used by Slack, the command line and the log. */
export function explain(reason: DiscoveryReason): string {
  switch (reason.code) {
    case 'task-running':
      return `Task ${reason.taskId} is running at ${reason.address} and not yet in Cloud Map.`
    case 'address-changed':
      return `Cloud Map names ${reason.registered} for task ${reason.taskId}, which is at ${reason.address}.`
    case 'task-stopping':
      return reason.lastStatus === 'RUNNING'
        ? `Task ${reason.taskId} is about to stop and still runs: from now on nothing should be sent to it.`
        : `Task ${reason.taskId} is ${reason.lastStatus}: nothing should be sent to it any more.`
    case 'task-unhealthy':
      return `Task ${reason.taskId} fails its container health check.`
    case 'task-healthy-again':
      return `Task ${reason.taskId} passes its container health check again.`
    case 'task-gone':
      return `ECS has not known task ${reason.taskId} for ${span(reason.missingForMs)}.`
    case 'ecs-left-it':
      return `Task ${reason.taskId} of an ECS service ended at least ${span(reason.goneForMs)} ago, and ECS left it in Cloud Map.`
    case 'all-true':
      return `Cloud Map names exactly the ${reason.instances} living tasks.`
    case 'not-healthy-yet':
      return `Task ${reason.taskId} is running, but its health check says ${reason.healthStatus}: it is registered once HEALTHY.`
    case 'no-address':
      return reason.needs === 'any'
        ? `Task ${reason.taskId} has no private address: it cannot be registered.`
        : `Task ${reason.taskId} has no ${reason.needs} address, which the ${reason.needs === 'IPv4' ? 'A' : 'AAAA'} records of its Cloud Map service need: it cannot be registered.`
    case 'host-unknown':
      return `The machine of task ${reason.taskId} could not be looked up: it is registered once its address is known.`
    case 'port-not-published':
      return `Task ${reason.taskId} publishes no container port ${reason.port} on its machine: it cannot be registered.`
    case 'checks-unknown':
      return `The task definition of ${reason.taskId} could not be read, so whether it has health checks is not known.`
    case 'last-instance':
      return reason.min === 1
        ? `Task ${reason.taskId} is the last instance: clients cache an empty answer for minutes, so it stays until another task is registered.`
        : `Task ${reason.taskId} is one of the last ${reason.min} instances, which discover keeps (min): it stays until another task is registered.`
    case 'operation-pending':
      return `Cloud Map has not finished to ${reason.verb} ${reason.instanceId}.`
    case 'operation-failed':
      return `Cloud Map failed for ${reason.instanceId} (${reason.error}): tried again at ${clockTime(reason.retryAtMs)}.`
    case 'missing-once':
      return `ECS does not know task ${reason.taskId}: it is deregistered if that is still so in a minute.`
    case 'service-full':
      return `The Cloud Map service ${reason.service} in ${reason.namespace} takes no more instances (1,000 in a service, a quota in its namespace), and ${reason.waiting === 1 ? '1 running task waits' : `${reason.waiting} running tasks wait`}: spread the family over several services, or ask AWS for more in the namespace.`
    case 'records-of-names':
      return `The Cloud Map service ${reason.service} in ${reason.namespace} has CNAME records, which name other names and no tasks: give discover one with A, AAAA or SRV records, or with none.`
    case 'service-not-found':
      return `There is no Cloud Map service ${reason.service} in the namespace ${reason.namespace}: create it, or correct discover in longshore.yml.`
    case 'needs-port':
      return `The Cloud Map service ${reason.service} in ${reason.namespace} has SRV records: give discover a port in longshore.yml.`
    case 'unreadable':
      return `${reason.what} could not be read (${reason.message}): nothing is changed on old knowledge.`
  }
}
