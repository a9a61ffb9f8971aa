import type { Fact } from '../../model/decision.ts'
import { revisionOf } from './loop-words.ts'

/** What helps to understand why a revision fails, as it was read just before it is told. */
export interface Explanation {
  taskDefinitionArn: string
  /** Against the last revision that stood; null where none is known. */
  changed: {
    since: string
    /** Null: one of both could not be read. */
    phrases: string[] | null
  } | null
  /** Null: no container is known to have run. */
  log: {
    container: string
    /** Safe to tell, oldest first; a text: why there are none. */
    lines: string[] | string
  } | null
}

/** What is wanted to explain a revision that fails. */
export interface ExplanationWish {
  taskDefinitionArn: string
  /** ARN of the task definition that it is compared with. */
  since: string | null
  /** The last of its tasks of which a container ran. */
  last: { taskId: string; container: string } | null
}

const phrasesMax = 240

export const explanationFacts = (explanation: Explanation | undefined): Fact[] =>
  explanation ? [...changeFacts(explanation), ...logFacts(explanation)] : []

function changeFacts({ changed }: Explanation): Fact[] {
  if (!changed) return []
  const label = `Changed since ${revisionOf(changed.since)}`
  if (changed.phrases === null) return [{ label, value: 'could not be read' }]
  if (changed.phrases.length === 0) return [{ label, value: 'nothing in the task definition' }]
  return [{ label, value: fitting(changed.phrases) }]
}

/** Whole phrases, as many as there is room for. */
function fitting(phrases: string[]): string {
  const fit = phrases.filter((_, index) => phrases.slice(0, index + 1).join('; ').length <= phrasesMax)
  const left = phrases.length - fit.length
  if (left === 0) return fit.join('; ')
  return fit.length === 0
    ? `${(phrases[0] ?? '').slice(0, phrasesMax)}…`
    : `${fit.join('; ')}; and ${left} more`
}

function logFacts({ log }: Explanation): Fact[] {
  if (!log) return []
  const label = `Log of ${log.container}`
  if (typeof log.lines === 'string') return [{ label, value: log.lines }]
  return log.lines.map(value => ({ label, value, isLine: true }))
}
