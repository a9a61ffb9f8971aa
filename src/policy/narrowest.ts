import { charactersOf, type Statement } from './statement.ts'

/** One of the lists that a role is written with: every name, or the few patterns that cover them all. */
export interface Names {
  /** As in `services in prod`; null = the longer list says nothing that the role does not say elsewhere, and nobody is told. */
  noun: string | null
  exact: string[]
  whole: string[]
}

export interface Narrowed {
  statements: Statement[]
  /** Lists that are covered as a whole: one sentence each. */
  widened: string[]
}

/**
 * The role with the narrowest lists that fit into `charactersMax`: while it is too long, the list is covered as a whole that
 * shortens it most. Null when it does not even fit then.
 */
export function narrowest(
  lists: Names[],
  charactersMax: number,
  role: (lists: string[][]) => Statement[],
): Narrowed | null {
  const now = lists.map(({ exact }) => exact)
  const widened: string[] = []
  for (;;) {
    const statements = role(now)
    if (charactersOf(statements) <= charactersMax) return { statements, widened }
    const savings = lists.map(({ whole }, at) => length(now[at]) - length(whole))
    const at = savings.indexOf(Math.max(...savings))
    const longest = lists[at]
    if (!longest || (savings[at] ?? 0) <= 0) return null
    now[at] = longest.whole
    if (longest.noun !== null)
      widened.push(
        `${longest.exact.length} ${longest.noun} are more than a role can name: it covers ${longest.whole.join(', ')}.`,
      )
  }
}

const length = (list: string[] = []): number => JSON.stringify(list).length
