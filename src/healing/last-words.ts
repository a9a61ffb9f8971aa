import type { Decision } from '../model/decision.ts'
import { overrideValues } from '../model/override-values.ts'
import type { Ports } from '../model/ports.ts'
import { endedContainer } from './cause-text.ts'
import { readLastLines } from './last-lines.ts'
import { logFacts } from './log-facts.ts'
import type { StoppedTask } from './view.ts'

/** Given up for what the application does: its own words help most. */
const givenUp: ReadonlySet<string> = new Set(['attempts-exhausted', 'memory-exhausted'])

/** Tasks of one look; those of a family mostly say the same. */
const tasksMax = 5

/** The same decisions, where a task is given up with the last lines that it wrote. */
export async function withLastWords<D extends Decision>(
  ports: Pick<Ports, 'ecs' | 'logs'>,
  decisions: D[],
  stopped: readonly StoppedTask[],
): Promise<D[]> {
  const told: D[] = []
  let read = 0
  for (const decision of decisions) {
    const stop = 'hold' in decision && stopped.find(({ task }) => task.taskId === decision.about)
    const container = stop ? endedContainer(stop.task, stop.essential) : null
    if (!stop || container === null || !givenUp.has(decision.because.code) || read >= tasksMax) {
      told.push(decision)
      continue
    }
    read += 1
    const { taskId, taskDefinitionArn } = stop.task
    const answer =
      taskDefinitionArn === null ? null : await ports.ecs.describeTaskDefinition(taskDefinitionArn)
    const known = stop.spec.kind === 'value' ? overrideValues(stop.spec.value.overrides) : []
    const definition = answer?.ok ? answer.value : null
    const lines = await readLastLines(ports, definition, { taskId, container }, known)
    told.push({ ...decision, facts: [...(decision.facts ?? []), ...logFacts(lines)] })
  }
  return told
}
