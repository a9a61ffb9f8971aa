import { notifyApp } from '../src/app.ts'
import { noticeDoor } from '../src/door.ts'

/** The journal's notices, as the table's stream brings them. Holds the right to read the Slack secret. */
export const handler = noticeDoor(notifyApp())
