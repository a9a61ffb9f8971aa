import type { MetricName } from './metrics.ts'

/**
 * What a search finds: `{Namespace,Dimension,…} MetricName="…" (Dimension="…" OR …)`, exact matches with AND, OR and parentheses
 * (CloudWatch user guide, "CloudWatch search expression syntax"). The schema must name every dimension of a metric, in any order.
 */
export function createSearch(text: string): (metric: MetricName) => boolean {
  const match = /^\s*\{([^}]*)\}(.*)$/s.exec(text)
  if (!match) throw new Error(`a search begins with {Namespace,Dimension}: ${text}`)
  const [namespace = '', ...dimensions] = (match[1] ?? '').split(',').map(unquoted)
  const schema = dimensions.toSorted().join()
  const meets = termsOf(match[2] ?? '')
  return metric =>
    metric.namespace === namespace &&
    Object.keys(metric.dimensions).toSorted().join() === schema &&
    meets(metric)
}

type Term = (metric: MetricName) => boolean

function termsOf(text: string): Term {
  const tokens = text.match(/[A-Za-z]\w*\s*=\s*"[^"]*"|\bAND\b|\bOR\b|[()]|\S+/g) ?? []
  let position = 0
  const any = (): Term => {
    const terms = [every()]
    while (tokens[position] === 'OR') {
      position++
      terms.push(every())
    }
    return metric => terms.some(term => term(metric))
  }
  const every = (): Term => {
    const terms: Term[] = []
    for (let token = tokens[position]; token !== undefined; token = tokens[position]) {
      if (token === 'OR' || token === ')') break
      position++
      if (token !== 'AND') terms.push(token === '(' ? inParentheses() : exact(token))
    }
    return metric => terms.every(term => term(metric))
  }
  const inParentheses = (): Term => {
    const inner = any()
    if (tokens[position++] !== ')') throw new Error(') expected at the end of the search')
    return inner
  }
  const term = any()
  if (position < tokens.length) throw new Error(`${tokens[position]} is too much`)
  return term
}

function exact(token: string): Term {
  const match = /^([A-Za-z]\w*)\s*=\s*"([^"]*)"$/.exec(token)
  if (!match) throw new Error(`only Name="value" is searched for here: ${token}`)
  const [, name = '', value = ''] = match
  return metric => (name === 'MetricName' ? metric.metricName : metric.dimensions[name]) === value
}

const unquoted = (name: string): string => name.trim().replace(/^"(.*)"$/, '$1')
