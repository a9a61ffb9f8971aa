import { span } from '../../model/time.ts'
import { causeLabel } from '../cause-text.ts'
import type { Loop, ServiceHealingReason } from './reason.ts'

/** The one sentence of each reason; used by Slack, the command line and the log. */
export function explain(reason: ServiceHealingReason): string {
  switch (reason.code) {
    case 'crash-loop':
      return `${loop(reason)} ECS goes on replacing them. Read the log of the last task, then deploy a revision that works, or the one before.`
    case 'crash-loop-paused':
      return `${loop(reason)} ECS goes on replacing them; the service is scaled out no further until nothing has failed for ${span(reason.withinMs)}. Read the log of the last task, then deploy a revision that works, or the one before.`
    case 'deployment-stuck':
      return `The deployment of ${reason.revision} has been in progress for ${span(reason.forMs)}: ${reason.running} of ${tasks(reason.wanted)} run. No circuit breaker ends it. Read what its tasks stopped for, then deploy a revision that works, or stop the deployment with a roll-back.`
  }
}

const loop = ({ revision, stops, withinMs, causes }: Loop): string =>
  `${revision} is in a crash loop: ${tasks(stops)} failed within ${span(withinMs)} (${causes.map(causeLabel).join(', ')}).`

const tasks = (count: number): string => (count === 1 ? '1 task' : `${count} tasks`)
