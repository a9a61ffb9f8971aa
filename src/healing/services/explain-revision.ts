import type { Ports } from '../../model/ports.ts'
import { readLastLines } from '../last-lines.ts'
import { difference } from './difference.ts'
import type { Explanation, ExplanationWish } from './explanation.ts'

/** Reads why a revision may fail. What cannot be read is told in its place: never a reason not to tell the rest. */
export async function explainRevision(
  ports: Pick<Ports, 'ecs' | 'logs'>,
  { taskDefinitionArn, since, last }: ExplanationWish,
): Promise<Explanation> {
  if (since === null && last === null) return { taskDefinitionArn, changed: null, log: null }
  const { ecs } = ports
  const failing = await ecs.describeTaskDefinition(taskDefinitionArn)
  const definition = failing.ok ? failing.value : null
  const before = since === null ? null : await ecs.describeTaskDefinition(since)
  const isRead = before?.ok && definition !== null
  return {
    taskDefinitionArn,
    changed: since === null ? null : { since, phrases: isRead ? difference(before.value, definition) : null },
    log: last && (await readLastLines(ports, definition, last)),
  }
}
