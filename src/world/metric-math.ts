import type { MetricPoint } from './metrics.ts'

/**
 * A small part of metric math: ids, numbers, `+ - * /`, parentheses and `FILL(id, number)` (CloudWatch user guide, "Using math
 * expressions with CloudWatch metrics"). Series meet where both have a point; division by zero gives no point.
 */
export type Evaluate = (expression: string) => MetricPoint[]

type Value = number | MetricPoint[]

const operations: Record<string, (left: number, right: number) => number> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
}

/** `instants`: the start of every period asked for, which FILL fills. The answer throws a sentence when the text is no expression. */
export function createMetricMath(
  seriesOf: (id: string) => MetricPoint[] | undefined,
  instants: number[],
): Evaluate {
  return expression => {
    const tokens = expression.match(/\d+(?:\.\d+)?|[a-z]\w*|[A-Z]+|\S/g) ?? []
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
    const factor = (): Value => {
      const token = take()
      if (token === '-') return combine('-', 0, factor())
      if (/^\d/.test(token)) return Number(token)
      if (token === '(') {
        const inner = sum()
        take(')')
        return inner
      }
      if (token === 'FILL') return fill()
      const series = seriesOf(token)
      if (!series) throw new Error(`${token} is not known`)
      return series
    }
    const fill = (): Value => {
      take('(')
      const series = sum()
      take(',')
      const value = factor()
      take(')')
      if (typeof series === 'number' || typeof value !== 'number')
        throw new Error('FILL takes a series and a number')
      return instants.map(atMs => series.find(point => point.atMs === atMs) ?? { atMs, value })
    }

    const result = sum()
    if (position < tokens.length) throw new Error(`${tokens[position]} is too much`)
    if (typeof result === 'number') throw new Error('the result is no series')
    return result
  }
}

function combine(sign: string, left: Value, right: Value): Value {
  const operate = operations[sign]
  if (!operate) throw new Error(`${sign} is no operator`)
  if (typeof left === 'number' && typeof right === 'number') return operate(left, right)
  const base = typeof left === 'number' ? right : left
  const at = (side: Value, atMs: number): number | undefined =>
    typeof side === 'number' ? side : side.find(point => point.atMs === atMs)?.value
  if (typeof base === 'number') return []
  return base.flatMap(({ atMs }) => {
    const [first, second] = [at(left, atMs), at(right, atMs)]
    const value = first === undefined || second === undefined ? Number.NaN : operate(first, second)
    return Number.isFinite(value) ? [{ atMs, value }] : []
  })
}
