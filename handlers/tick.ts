import { tickApp } from '../src/app.ts'
import { door } from '../src/door.ts'
import { tick } from '../src/reconcile/tick.ts'

/** Every minute: wakes what is due. Its success is the heartbeat that the dead-man's alarm listens for. */
const app = tickApp()

export const handler = door<unknown, { targets: number; notices: number }>(
  () => tick(app.ports, app.policy),
  app.flush,
)
