import { taskApp } from '../src/app.ts'
import { queueDoor } from '../src/door.ts'

/** What happens to standalone tasks, and our own wake-ups. Holds the right to run a task and to change Cloud Map. */
export const handler = queueDoor(taskApp())
