import { printable } from './quote.ts'

/** What is wrong in longshore.yml, and where. */

export type Path = readonly (string | number)[]

/** 1-based, as editors count. */
export interface Position {
  line: number
  column: number
}

export interface Problem extends Position {
  file: string
  /** `services[0].scale.min`; empty for the file as a whole. */
  path: string
  /** One sentence; two when the second tells what to write. */
  sentence: string
}

/** A problem before its place in the text is known. */
export interface Finding {
  path: Path
  /** The key itself is wrong, not its value. */
  atKey?: boolean
  /** Where the path leads to several places. */
  position?: Position
  sentence: string
}

/** Keys that are no plain words are quoted: `services[0]["a b"]`. */
export const renderPath = (path: Path): string =>
  path
    .map((part, at) => {
      if (typeof part === 'number') return `[${part}]`
      if (!/^[\w-]{1,60}$/.test(part)) return `[${JSON.stringify(printable(part).slice(0, 60))}]`
      return at === 0 ? part : `.${part}`
    })
    .join('')

/** `:14:7` is padded to this, so that paths stand under each other. */
const usualWidth = ':22:16'.length

/** One line per problem and the sum, each with its line end. */
export function renderProblems(problems: readonly Problem[]): string {
  const place = ({ line, column }: Position): string => `:${line}:${column}`
  const width = Math.max(usualWidth, ...problems.map(problem => place(problem).length))
  const lines = problems.map(
    problem =>
      `${printable(problem.file)}${place(problem).padEnd(width)} ${problem.path === '' ? '' : `${problem.path}: `}${problem.sentence}\n`,
  )
  return `${lines.join('')}${problems.length === 1 ? '1 problem' : `${problems.length} problems`}, nothing deployed.\n`
}
