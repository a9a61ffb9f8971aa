import { describe, expect, test } from 'vitest'
import { manners } from '../emulators/emulators.ts'
import { unknownScenarios, verdictOn } from '../emulators/lacks.ts'

/** A list of what emulators lack is worth something while it is true. */

const lack = { reason: 'RunTask ignores clientToken.', shows: 'to deeply equal [ Array(1) ]' }

test.each([
  ['fails as listed', 'AssertionError: expected [ a ] to deeply equal [ Array(1) ]', 'skipped'],
  ['passes', null, 'failed'],
  ['fails for another reason', 'Error: ecs:RunTask unavailable: ECONNREFUSED', 'failed'],
])('a scenario that is listed and %s', (_, error, end) => {
  expect(verdictOn(lack, error).end).toBe(end)
})

test('both failures say what to do', () => {
  expect(verdictOn(lack, null)).toMatchObject({ message: expect.stringContaining('take it off the list') })
  const other = verdictOn(lack, 'Error: gone')
  expect(other).toMatchObject({
    message: expect.stringContaining('“to deeply equal [ Array(1) ]”: Error: gone'),
  })
})

test('a line about a scenario that is gone is found', () => {
  expect(unknownScenarios({ 'ecs > a': lack, 'ecs > b': lack }, ['ecs > b', 'ecs > c'])).toEqual(['ecs > a'])
})

describe.each(Object.entries(manners))('%s', (_, { lacks }) => {
  test.each(Object.entries(lacks))(
    '%s: has a reason, and an error that would not fit everything',
    (_, { reason, shows }) => {
      expect(reason).toMatch(/^[A-Z].{20,}\.$/)
      expect(shows.length).toBeGreaterThan(15)
    },
  )
})
