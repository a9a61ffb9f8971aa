/**
 * A meeting point of looks that run side by side (a barrier): what they ask for is kept until every one of them waits for an
 * answer, so that it can be asked in as few calls as possible. No timer: who works is waited for, who has left is not.
 */
export interface Rendezvous {
  /** From now on it is waited for. */
  join(): Member
}

export interface Member {
  /** Asks, and waits until all others wait too. */
  wait<T>(ask: () => Promise<T>): Promise<T>
  /** It asks for nothing more. */
  leave(): void
}

/** `flush`: everybody waits; what was asked since the last time is to be sent. */
export function createRendezvous(flush: () => void): Rendezvous {
  /** By member: answers it waits for, whether they were sent for or not. */
  const waits = new Map<Member, number>()
  let isDirty = false

  const flushIfAllWait = (): void => {
    if (!isDirty || [...waits.values()].some(open => open === 0)) return
    isDirty = false
    flush()
  }
  // A member may ask for several things at once: they belong together.
  const check = (): void => void Promise.resolve().then(flushIfAllWait)

  return {
    join() {
      const member: Member = {
        async wait(ask) {
          waits.set(member, (waits.get(member) ?? 0) + 1)
          isDirty = true
          const answer = ask()
          check()
          try {
            return await answer
          } finally {
            waits.set(member, (waits.get(member) ?? 1) - 1)
          }
        },
        leave() {
          waits.delete(member)
          check()
        },
      }
      waits.set(member, 0)
      return member
    },
  }
}
