import { lastSegment } from '../../model/arn.ts'
import type { Intent, JournalEntry } from '../../model/decision.ts'
import type { Told } from '../history.ts'
import type { Courtroom } from '../judge.ts'

/** Judges what is made of ECR's answers. A family's tasks have one image, in a repository of the family's name. */

/** On machines an image that is gone may still lie. */
const isPulled = ({ scenario }: Courtroom, family: string): boolean =>
  scenario.families.some(({ name, capacity }) => name === family && capacity !== 'machines')

/** What is newly written down, by who was told of the image in the same invocation. */
export function judgeIntents(court: Courtroom, told: Told, before: Intent[], after: Intent[]): void {
  const known = new Set(before.map(({ id }) => id))
  for (const { id, action } of after) {
    if (action.verb !== 'run-task' || known.has(id)) continue
    const task = court.truth.tasks.get(lastSegment(action.replaces))
    if (task && isPulled(court, task.family) && told.images.get(task.family) === null)
      court.violate(
        'S20',
        `task ${task.taskId.slice(0, 8)} is run again, and ECR said that its image is gone`,
      )
  }
}

export function judgeImageGone(court: Courtroom, told: Told, { about, because }: JournalEntry): void {
  if (because.code !== 'image-gone' && because.code !== 'retirement-image-gone') return
  const task = court.truth.tasks.get(about ?? '')
  if (!task || told.images.get(task.family) !== null)
    court.violate(
      'S20',
      `task ${about?.slice(0, 8)} is given up for its image, which ECR did not say is gone`,
    )
}
