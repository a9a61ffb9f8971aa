import { expect, test } from 'vitest'
import { metricBatches } from '../../src/adapters/metric-batches.ts'
import type { MetricQuery } from '../../src/model/alarm.ts'

const query = (id: string, expression: string | null = null): MetricQuery => ({
  id,
  returnData: true,
  stat: null,
  expression,
  periodSeconds: null,
})

test.each([
  { what: 'nothing', queries: [], size: 3, batches: [] },
  {
    what: 'as many as fit',
    queries: [query('a'), query('b'), query('c')],
    size: 3,
    batches: [['a', 'b', 'c']],
  },
  {
    what: 'one too many',
    queries: [query('a'), query('b'), query('c')],
    size: 2,
    batches: [['a', 'b'], ['c']],
  },
  {
    what: 'an expression takes its inputs along',
    queries: [query('a'), query('b'), query('c'), query('e', 'a / c')],
    size: 3,
    batches: [['a', 'c', 'e'], ['b']],
  },
  {
    what: 'an expression before its inputs',
    queries: [query('e', 'a + b'), query('x'), query('a'), query('b')],
    size: 3,
    batches: [['e', 'a', 'b'], ['x']],
  },
  {
    what: 'expressions on expressions',
    queries: [query('a'), query('x'), query('e', 'a * 2'), query('f', 'e + 1')],
    size: 3,
    batches: [['a', 'e', 'f'], ['x']],
  },
  {
    what: 'a shared input joins two expressions',
    queries: [query('a'), query('e', 'a + 1'), query('x'), query('f', 'a + 2')],
    size: 3,
    batches: [['a', 'e', 'f'], ['x']],
  },
  {
    what: 'more than fits stays whole',
    queries: [query('a'), query('b'), query('e', 'a + b')],
    size: 2,
    batches: [['a', 'b', 'e']],
  },
  {
    what: 'METRICS() means all of them',
    queries: [query('a'), query('b'), query('e', 'SUM(METRICS())')],
    size: 2,
    batches: [['a', 'b', 'e']],
  },
  {
    what: 'a name in quotes is no reference',
    queries: [query('a'), query('e', 'SEARCH(\'a\', \'Sum\') + SUM(SEARCH("a", "Sum"))')],
    size: 1,
    batches: [['a'], ['e']],
  },
  {
    what: 'a longer name is no reference',
    queries: [query('a'), query('e', 'ab + a1')],
    size: 1,
    batches: [['a'], ['e']],
  },
  { what: 'an expression on itself', queries: [query('e', 'e + 1')], size: 1, batches: [['e']] },
  {
    what: 'expressions in a circle',
    queries: [query('e', 'f + 1'), query('f', 'e + 1'), query('x')],
    size: 2,
    batches: [['e', 'f'], ['x']],
  },
])('$what', ({ queries, size, batches }) => {
  expect(metricBatches(queries, size).map(batch => batch.map(({ id }) => id))).toEqual(batches)
})
