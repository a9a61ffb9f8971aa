/** Every list, number, text and flag within, by the way to it. */
export function* leaves(value: unknown, path: (string | number)[] = []): Generator<(string | number)[]> {
  if (typeof value !== 'object' || value === null) return yield path
  for (const key of Array.isArray(value) ? value.keys() : Object.keys(value))
    yield* leaves((value as Record<string | number, unknown>)[key], [...path, key])
}

/** A copy in which what stands there was edited into something else. */
export function spoiled(value: unknown, path: (string | number)[]): unknown {
  const copy = structuredClone(value)
  let part = copy as Record<string | number, unknown>
  for (const key of path.slice(0, -1)) part = part[key] as typeof part
  part[path.at(-1) as string] = { by: 'hand' }
  return copy
}
