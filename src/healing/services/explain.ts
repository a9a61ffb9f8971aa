import { span } from '../../model/time.ts'
import { causeLabel } from '../cause-text.ts'
import type { Loop, Obstacle, ServiceHealingReason, Stuck } from './reason.ts'

/** The one sentence of each reason; used by Slack, the command line and the log. */
export function explain(reason: ServiceHealingReason): string {
  switch (reason.code) {
    case 'crash-loop':
      return `${loop(reason)} ECS goes on replacing them. ${readTheLog}`
    case 'crash-loop-paused':
      return `${loop(reason)} ECS goes on replacing them; the service is scaled out no further until nothing has failed for ${span(reason.withinMs)}. ${readTheLog}`
    case 'crash-loop-not-rolled-back':
      return `${loop(reason)} Not rolled back: ${obstacleOf(reason)} ${readTheLog}`
    case 'crash-loop-unread':
      return `${loop(reason)} Whether it can be rolled back could not be read: read again within a minute.`
    case 'crash-loop-rolled-back':
      return `${reason.revision} was in a crash loop and has been rolled back.`
    case 'roll-back':
      return reason.to === null
        ? `${loop(reason)} The remedy: ECS rolls its deployment back to the revision before.`
        : `${loop(reason)} The remedy: back to ${reason.to}, the last revision that stood without a failure.`
    case 'deployment-stuck':
      return `${stuck(reason)} No circuit breaker ends it. Read what its tasks stopped for, then deploy a revision that works, or stop the deployment with a roll-back.`
    case 'deployment-stuck-not-rolled-back':
      return `${stuck(reason)} Not rolled back: ${obstacleOf(reason)} Read what its tasks stopped for, then deploy a revision that works.`
    case 'deployment-rolled-back':
      return `The deployment of ${reason.revision} was stuck and is being rolled back.`
    case 'roll-back-stuck':
      return `${stuck(reason)} The remedy: ECS rolls it back to the revision before.`
  }
}

const readTheLog = 'Read the log of the last task, then deploy a revision that works, or the one before.'

const loop = ({ revision, stops, withinMs, causes }: Loop): string =>
  `${revision} is in a crash loop: ${tasks(stops)} failed within ${span(withinMs)} (${causes.map(causeLabel).join(', ')}).`

const stuck = ({ revision, forMs, running, wanted }: Stuck): string =>
  `The deployment of ${revision} has been in progress for ${span(forMs)}: ${running} of ${tasks(wanted)} run.`

const tasks = (count: number): string => (count === 1 ? '1 task' : `${count} tasks`)

const obstacleOf = ({ why, image }: { why: Obstacle; image?: string }): string =>
  image === undefined ? obstacles[why] : obstacles[why].replace('an image', `the image ${image}`)

const obstacles: Record<Obstacle, string> = {
  unreadable: 'ECS did not tell how the service is deployed.',
  paused: 'the service is paused.',
  'not-deployed': 'it is not the revision that is deployed now.',
  express: 'the service is managed by ECS itself.',
  controller: 'another deployment controller deploys it.',
  'rolled-back-before': 'that was tried once before.',
  surroundings: 'network, registry or volume let its tasks fail, and another revision would fail alike.',
  'ecs-rolls-back': 'ECS itself rolls back a deployment that fails, and this one is still in progress.',
  ending: 'its deployment is being stopped or rolled back already.',
  'stood-before': 'it stood without a failure before, so the cause may well lie outside of it.',
  'no-good-revision': 'Longshore has seen no other revision that stood without a failure.',
  'revision-gone':
    'the last revision that stood without a failure is no longer active, or could not be read.',
  'image-gone': 'an image of the revision before is no longer in ECR, and its tasks could not start.',
}
