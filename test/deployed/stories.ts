import { until } from '../emulators/until.ts'
import type { Installation } from './installation.ts'
import { alarmWentOff, lookAtNobody, recorded, retirementOf, taskStopped } from './raw-events.ts'

/** What happens in an account where Longshore is installed. */

export async function taskEnds(longshore: Installation): Promise<void> {
  await longshore.putOnBus(taskStopped(await longshore.lostTask()))
}

export const alarmGoesOff = (longshore: Installation): Promise<void> => longshore.putOnBus(alarmWentOff())

export const serviceTaskEnds = (longshore: Installation): Promise<void> =>
  longshore.putOnBus(recorded('service-task-stopped-scale-in'))

export const serviceIsSteady = (longshore: Installation): Promise<void> =>
  longshore.putOnBus(recorded('service-steady-state'))

export const deploymentBegins = (longshore: Installation): Promise<void> =>
  longshore.putOnBus(recorded('deployment-in-progress'))

export const serviceIsRetired = (longshore: Installation): Promise<void> =>
  longshore.putOnBus(retirementOf({ services: ['prod|checkout'] }))

export async function taskIsRetired(longshore: Installation): Promise<void> {
  await longshore.putOnBus(retirementOf({ tasks: [await longshore.runningTask()] }))
}

/** The emulator has no machines, and says of every task that it runs on the one that it is asked about. */
export async function machineFallsSilent(longshore: Installation): Promise<void> {
  await longshore.runningTask()
  await longshore.putOnBus(recorded('container-instance-agent-disconnected'))
}

/**
 * The worker has emptied its queue, with a message that came last. Nothing that came before is still on its way: the emulator puts an event
 * into the queues before it answers PutEvents.
 */
export async function workedOff(longshore: Installation, door: 'service' | 'task'): Promise<void> {
  const queue = queueOf(longshore, door)
  await longshore.send(queue, lookAtNobody)
  const left = () => longshore.messagesIn(queue)
  await until('an empty queue', left, count => count === 0, { hint: () => longshore.logOf(door) })
}

export const queueOf = ({ queues }: Installation, door: 'service' | 'task'): string =>
  door === 'task' ? queues.tasks : queues.services
