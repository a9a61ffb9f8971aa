/**
 * A meeting point of looks that run side by side (a barrier): what they ask for is kept until every one of them has asked, so that
 * it can be asked in as few calls as possible. No timer: who works, or waits for an earlier answer, is waited for; who has left is not.
 */
export interface Rendezvous {
  /** From now on it is waited for. */
  join(): Member
}

export interface Member {
  /** It has asked for something. */
  asked(): void
  /** It asks for nothing more. */
  leave(): void
}

/** `flush`: everybody has asked; what was asked since the last time is to be sent. */
export function createRendezvous(flush: () => void): Rendezvous {
  const members = new Set<Member>()
  const waiting = new Set<Member>()

  const flushIfAllWait = (): void => {
    if (waiting.size === 0 || waiting.size < members.size) return
    waiting.clear()
    flush()
  }
  // A member may ask for several things at once: they belong together.
  const check = (): void => void Promise.resolve().then(flushIfAllWait)

  return {
    join() {
      const member: Member = {
        asked() {
          waiting.add(member)
          check()
        },
        leave() {
          members.delete(member)
          waiting.delete(member)
          check()
        },
      }
      members.add(member)
      return member
    },
  }
}
