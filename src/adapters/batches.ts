/** `items` in runs of at most `size`, in order. */
export function batches<T>(items: readonly T[], size: number): T[][] {
  const runs: T[][] = []
  for (let start = 0; start < items.length; start += size) runs.push(items.slice(start, start + size))
  return runs
}

/** Follows page tokens to the end; `ask` gets undefined for the first page. A token that repeats ends the walk. */
export async function everyPage<P>(
  ask: (token: string | undefined) => Promise<P>,
  tokenOf: (page: P) => string | undefined,
): Promise<P[]> {
  const pages: P[] = []
  const seen = new Set<string>()
  let token: string | undefined
  do {
    const page = await ask(token)
    pages.push(page)
    token = tokenOf(page)
    if (token !== undefined && seen.has(token)) break
    if (token !== undefined) seen.add(token)
  } while (token)
  return pages
}
