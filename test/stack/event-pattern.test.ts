import { describe, expect, it } from 'vitest'
import { passes } from './event-pattern.ts'

describe('the matcher of event patterns', () => {
  it.each([
    ['a value of the list', { a: ['x', 'y'] }, { a: 'y' }, true],
    ['no value of the list', { a: ['x', 'y'] }, { a: 'z' }, false],
    ['a field that is not there', { a: ['x'] }, {}, false],
    ['one of two fields', { a: ['x'], b: ['y'] }, { a: 'x', b: 'z' }, false],
    ['a list with a value of the list', { a: ['x'] }, { a: ['w', 'x'] }, true],
    ['a nested field', { detail: { a: ['x'] } }, { detail: { a: 'x' } }, true],
    ['nothing to nest in', { detail: { a: ['x'] } }, { detail: null }, false],
    ['a prefix', { a: [{ prefix: 'ab' }] }, { a: 'abc' }, true],
    ['no prefix', { a: [{ prefix: 'ab' }] }, { a: 'bab' }, false],
    ['a suffix', { a: [{ suffix: 'bc' }] }, { a: 'abc' }, true],
    ['anything but a prefix', { a: [{ 'anything-but': { prefix: 'ab' } }] }, { a: 'bab' }, true],
    ['but a prefix', { a: [{ 'anything-but': { prefix: 'ab' } }] }, { a: 'abc' }, false],
    ['anything but, of a field that is not there', { a: [{ 'anything-but': ['x'] }] }, {}, false],
    ['absence', { a: [{ exists: false }] }, {}, true],
    ['presence', { a: [{ exists: false }] }, { a: 'x' }, false],
    ['a wildcard', { a: [{ wildcard: 'a*c*' }] }, { a: 'abbcd' }, true],
    ['a wildcard to its end', { a: [{ wildcard: 'a*c' }] }, { a: 'abcd' }, false],
    ['a star that is one', { a: [{ wildcard: 'a\\**' }] }, { a: 'a*b' }, true],
    ['a star that is none', { a: [{ wildcard: 'a\\**' }] }, { a: 'ab' }, false],
    ['a dot is a dot', { a: [{ wildcard: 'a.*' }] }, { a: 'abc' }, false],
  ])('%s', (_, pattern, event, expected) => {
    expect(passes(pattern, event)).toBe(expected)
  })

  it.each([
    ['another comparison', { a: [{ numeric: ['>', 1] }] }],
    ['an empty list', { a: [] }],
    ['two wildcards in a row', { a: [{ wildcard: 'a**' }] }],
  ])('refuses %s', (_, pattern) => {
    expect(() => passes(pattern, { a: 'x' })).toThrow()
  })
})
