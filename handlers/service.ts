import { serviceApp } from '../src/app.ts'
import { queueDoor } from '../src/door.ts'

/** What happens to services: their tasks, deployments, alarms, and our own wake-ups. Holds the right to change a service. */
export const handler = queueDoor(serviceApp())
