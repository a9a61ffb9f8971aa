import type { Peer } from '../peer.ts'

const percents = [100, 95, 90, 85, 80, 75, 70, 60, 50, 40]

export const peer: Peer = {
  name: 'static',
  describe: 'A fixed number of tasks, as a share of what the peak of the history needs.',
  settings: ({ service: { min, max }, peakTasks }) =>
    percents.map(percent => {
      const desired = Math.min(Math.max(min, Math.ceil((percent * peakTasks) / 100)), max)
      const setting = `${percent}% of peak: ${desired} ${desired === 1 ? 'task' : 'tasks'}`
      const never = Number.MAX_SAFE_INTEGER
      const look = () => ({ desired, nextLook: never })
      return { setting, create: () => ({ name: 'static', setting, firstLook: 0, look }) }
    }),
  usual: () => 0,
}
