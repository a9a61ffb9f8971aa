/** One kind of read that several looks ask for, each with a question of its own. */
export interface Pool<Q, A> {
  /** Null: no shared call answers it; who asks makes the call. */
  ask(question: Q): Promise<A | null>
  /** Sends what has been asked since the last time. */
  flush(): void
}

/**
 * `pack`: the questions that go into one call. `call`: an answer for each of them, in their order; null = to be asked alone. A
 * question that has no company is left to who asks.
 */
export function createPool<Q extends object, A>(
  pack: (questions: Q[]) => Q[][],
  call: (questions: Q[]) => Promise<(A | null)[]>,
): Pool<Q, A> {
  let asked = new Map<Q, (answer: A | null) => void>()

  const send = async (questions: Q[], tell: typeof asked): Promise<void> => {
    // What throws, a bug of ours about one of them, throws again at that one alone.
    const told = questions.length > 1 ? await call(questions).catch(() => []) : []
    for (const [index, question] of questions.entries()) tell.get(question)?.(told[index] ?? null)
  }

  return {
    ask: question => new Promise(resolve => asked.set(question, resolve)),
    flush() {
      const round = asked
      asked = new Map()
      for (const questions of pack([...round.keys()])) void send(questions, round)
    },
  }
}
