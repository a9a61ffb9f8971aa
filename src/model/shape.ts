/**
 * Whether a value that comes back from a store has the shape it was given. Zod would say it too, and add 85 kB to functions that
 * need nothing else of it. A check answers the path of the first thing that is wrong, '' for the value itself, or null.
 */
export type Shape = (value: unknown) => string | null

const only =
  (isRight: (value: unknown) => boolean): Shape =>
  value =>
    isRight(value) ? null : ''

export const text = only(value => typeof value === 'string')
export const number = only(value => typeof value === 'number' && Number.isFinite(value))
export const flag = only(value => typeof value === 'boolean')

export const oneOf = (values: readonly unknown[]): Shape => only(value => values.includes(value))

export const nullable =
  (shape: Shape): Shape =>
  value =>
    value === null ? null : shape(value)

export const optional =
  (shape: Shape): Shape =>
  value =>
    value === undefined ? null : shape(value)

export const list =
  (shape: Shape): Shape =>
  value =>
    Array.isArray(value) ? first(value.map((each, index) => within(index, shape(each)))) : ''

/** Every member has the shape, whatever its name. */
export const record =
  (shape: Shape): Shape =>
  value =>
    isPlain(value) ? first(Object.entries(value).map(([key, each]) => within(key, shape(each)))) : ''

/** Members that are not named here may be there too. */
export const members =
  (shapes: Record<string, Shape>): Shape =>
  value =>
    isPlain(value) ? first(Object.entries(shapes).map(([key, shape]) => within(key, shape(value[key])))) : ''

/** The shape that the member `key` names. */
export const byMember =
  (key: string, shapes: Record<string, Shape>): Shape =>
  value => {
    const name = isPlain(value) ? value[key] : undefined
    const shape = typeof name === 'string' && Object.hasOwn(shapes, name) ? shapes[name] : undefined
    return shape ? shape(value) : key
  }

const first = (found: (string | null)[]): string | null => found.find(path => path !== null) ?? null

const within = (key: string | number, path: string | null): string | null =>
  path === null ? null : path === '' ? String(key) : `${key}.${path}`

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Set)
