import type { SignalKind } from '../../model/signal.ts'
import { singleLine } from '../../model/single-line.ts'
import type { Owner } from '../../model/task.ts'

/** One file's line. With `--json` it is printed as it is. */
export interface ReplayLine {
  file: string
  kind: Exclude<SignalKind, 'look'>
  /** `service/<cluster>/<name>`, `family/<cluster>/<family>`, or null. */
  target: string | null
  /** Who keeps it alive. */
  managed: Owner
  /** Why the task stopped, `not-stopped`, or null when it is about no task. */
  cause: string | null
  decisions: ReplayDecision[]
}

export type ReplayDecision = ({ do: string } | { hold: string }) & { reason: string; sentence: string }

/** For a terminal: the file, what was understood, and what would be done and why. */
export const plainLine = ({ file, kind, target, managed, cause, decisions }: ReplayLine): string =>
  [
    file,
    `  ${[kind, target ?? 'no target', `kept alive by ${keeper[managed]}`, cause].filter(Boolean).join(' · ')}`,
    ...decisions.map(decision => {
      const what = 'do' in decision ? `do ${decision.do}` : `hold (${decision.hold})`
      return `  ${what}: ${decision.sentence}`
    }),
    '',
  ]
    .map(singleLineKeepingIndent)
    .join('\n')

/** Names and reasons come from the event: none of them moves the cursor or begins a line. */
const singleLineKeepingIndent = (line: string): string =>
  (line.startsWith('  ') ? '  ' : '') + singleLine(line)

const keeper: Record<Owner, string> = {
  service: 'ECS',
  standalone: 'nobody but Longshore',
  none: 'others or unknown',
}
