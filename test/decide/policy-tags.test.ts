import { describe, expect, it } from 'vitest'
import { withTags } from '../../src/policy/tags.ts'
import { wishes } from './scaling-view.ts'

/** Where a tag is only just good, or only just not. */
const { scale } = wishes([], { min: 2, max: 8 })
const bounds = (tags: Record<string, string>) => {
  const { scale: after, problems } = withTags(scale, tags)
  return [after?.min, after?.max, problems.length]
}

describe('tags at their edges', () => {
  it.each<[tags: Record<string, string>, min: number, max: number, problems: number]>([
    [{ 'longshore:min': '8' }, 8, 8, 0],
    [{ 'longshore:min': '9' }, 2, 8, 1],
    [{ 'longshore:max': '2' }, 2, 2, 0],
    [{ 'longshore:max': '10000' }, 2, 10_000, 0],
    [{ 'longshore:max': '10001' }, 2, 8, 1],
  ])('%o: %d to %d', (tags, min, max, problems) => {
    expect(bounds(tags)).toEqual([min, max, problems])
  })

  it('names unknown tags in the order of their names', () => {
    const { problems } = withTags(scale, { 'longshore:zzz': '', 'longshore:aaa': '' })
    expect(problems.map(problem => problem.split(' is not known')[0])).toEqual([
      'Tag longshore:aaa',
      'Tag longshore:zzz',
    ])
  })
})
