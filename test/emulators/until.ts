import { setTimeout as wait } from 'node:timers/promises'

/** Asks again and again until the answer satisfies. Fails after the deadline with the last answer and what `hint` knows. */
export async function until<T>(
  what: string,
  ask: () => Promise<T>,
  satisfies: (answer: T) => boolean,
  { msMax = 30_000, hint = async () => '' }: { msMax?: number; hint?: () => Promise<string> } = {},
): Promise<T> {
  const deadline = performance.now() + msMax
  for (;;) {
    const answer = await ask()
    if (satisfies(answer)) return answer
    if (performance.now() > deadline)
      throw new Error(`${what}: not within ${msMax} ms, but ${JSON.stringify(answer)}\n${await hint()}`)
    await wait(50)
  }
}
