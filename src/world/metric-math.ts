import type { MetricPoint } from './metrics.ts'

/**
 * A small part of metric math: ids, numbers, `+ - * /`, parentheses, `FILL(id, number)`, lists `[m1, m2]`, `SEARCH('…', 'Sum', 60)` and
 * `SUM`, `AVG`, `MIN`, `MAX` of a list (CloudWatch user guide, "Using math expressions with CloudWatch metrics"). Series meet where both
 * have a point, the members of a list where one has; division by zero gives no point.
 */
export type Evaluate = (expression: string) => MetricPoint[][]

type Value = number | MetricPoint[] | List
interface List {
  series: MetricPoint[][]
}

const operations: Record<string, (left: number, right: number) => number> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
}

const folds: Record<string, (values: number[]) => number> = {
  SUM: values => values.reduce((total, value) => total + value, 0),
  AVG: values => values.reduce((total, value) => total + value, 0) / values.length,
  MIN: values => Math.min(...values),
  MAX: values => Math.max(...values),
}

export interface Sources {
  seriesOf(id: string): MetricPoint[] | undefined
  /** Throws a sentence when the text is no search. */
  search(text: string, statistic: string, periodSeconds: number | null): MetricPoint[][]
  /** The start of every period asked for, which FILL fills. */
  instants: number[]
}

/** The answer throws a sentence when the text is no expression. One series, unless it ends in a list. */
export function createMetricMath({ seriesOf, search, instants }: Sources): Evaluate {
  return expression => {
    const tokens = expression.match(/'[^']*'|\d+(?:\.\d+)?|[a-z]\w*|[A-Z]+|\S/g) ?? []
    let position = 0
    const take = (expected?: string): string => {
      const token = tokens[position++]
      if (token === undefined || (expected !== undefined && token !== expected)) {
        throw new Error(`${expected ?? 'more'} expected at ${token ?? 'the end'}`)
      }
      return token
    }
    const chain = (signs: string[], next: () => Value): Value => {
      let left = next()
      while (signs.includes(tokens[position] ?? '')) left = combine(take(), left, next())
      return left
    }
    const sum = (): Value => chain(['+', '-'], product)
    const product = (): Value => chain(['*', '/'], factor)
    const inside = <T>(open: string, close: string, read: () => T): T => {
      take(open)
      const inner = read()
      take(close)
      return inner
    }
    const factor = (): Value => {
      const token = take()
      const fold = folds[token]
      if (token === '-') return combine('-', 0, factor())
      if (/^\d/.test(token)) return Number(token)
      if (token === '(' || token === '[') position--
      if (token === '(') return inside('(', ')', sum)
      if (token === '[') return inside('[', ']', list)
      if (token === 'FILL') return inside('(', ')', fill)
      if (token === 'SEARCH') return inside('(', ')', found)
      if (fold) return inside('(', ')', () => folded(fold, sum()))
      const series = seriesOf(token)
      if (!series) throw new Error(`${token} is not known`)
      return series
    }
    const fill = (): Value => {
      const series = sum()
      take(',')
      const value = factor()
      if (!Array.isArray(series) || typeof value !== 'number')
        throw new Error('FILL takes a series and a number')
      return instants.map(atMs => series.find(point => point.atMs === atMs) ?? { atMs, value })
    }
    const list = (): List => {
      const series: MetricPoint[][] = []
      for (;;) {
        const member = sum()
        if (!Array.isArray(member)) throw new Error('a list is made of series')
        series.push(member)
        if (tokens[position] !== ',') return { series }
        position++
      }
    }
    const text = (): string => {
      const token = take()
      if (!token.startsWith("'")) throw new Error(`a text expected at ${token}`)
      return token.slice(1, -1)
    }
    const found = (): List => {
      const query = text()
      take(',')
      const statistic = text()
      if (tokens[position] !== ',') return { series: search(query, statistic, null) }
      position++
      return { series: search(query, statistic, Number(take())) }
    }

    const result = sum()
    if (position < tokens.length) throw new Error(`${tokens[position]} is too much`)
    if (typeof result === 'number') throw new Error('the result is no series')
    return Array.isArray(result) ? [result] : result.series
  }
}

function folded(fold: (values: number[]) => number, value: Value): MetricPoint[] {
  if (typeof value === 'number' || Array.isArray(value)) throw new Error('a list of series expected')
  const values = new Map<number, number[]>()
  for (const { atMs, value: each } of value.series.flat())
    values.set(atMs, [...(values.get(atMs) ?? []), each])
  return [...values].sort(([a], [b]) => a - b).map(([atMs, each]) => ({ atMs, value: fold(each) }))
}

function combine(sign: string, left: Value, right: Value): Value {
  const operate = operations[sign]
  if (!operate) throw new Error(`${sign} is no operator`)
  if (typeof left === 'number' && typeof right === 'number') return operate(left, right)
  const base = typeof left === 'number' ? right : left
  if (!isSide(left) || !isSide(right) || !Array.isArray(base)) throw new Error(`${sign} takes no list`)
  const at = (side: number | MetricPoint[], atMs: number): number | undefined =>
    typeof side === 'number' ? side : side.find(point => point.atMs === atMs)?.value
  return base.flatMap(({ atMs }) => {
    const [first, second] = [at(left, atMs), at(right, atMs)]
    const value = first === undefined || second === undefined ? Number.NaN : operate(first, second)
    return Number.isFinite(value) ? [{ atMs, value }] : []
  })
}

const isSide = (value: Value): value is number | MetricPoint[] =>
  typeof value === 'number' || Array.isArray(value)
