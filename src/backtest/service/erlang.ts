/**
 * Erlang C: the probability that a request has to wait before `servers` servers of one common queue (M/M/n).
 * 1/B = Σ n!/((n-j)!·aʲ) is summed from its largest terms on, so that a thousand servers take no longer than a hundred.
 *
 * @param load arrivals per second × mean service time, in servers; from `servers` on everybody waits
 */
export function erlangC(servers: number, load: number): number {
  if (load <= 0) return 0
  if (load >= servers) return 1
  let term = 1
  let inverseB = 1
  for (let free = servers; free > 0; free--) {
    term *= free / load
    inverseB += term
    if (inverseB > 1e12) return 0
    if (term < 1e-12 * inverseB) break
  }
  const utilisation = load / servers
  return 1 / ((1 - utilisation) * inverseB + utilisation)
}

/** Erlang C over the utilisation: how much less often a pool keeps a request waiting than one fast server would. 1 where it cannot keep up. */
export function busyShare(servers: number, utilisation: number): number {
  if (!(utilisation < 1)) return 1
  return utilisation <= 0 ? 0 : erlangC(servers, servers * utilisation) / utilisation
}

/** A pool of tasks before a common queue; late is who waits longer than the deadline for the start of service. */
export interface Pool {
  capacityPerTask: number
  deadlineSeconds: number
  /** Requests that one task serves at a time. Default 1. */
  serversPerTask?: number
}

/** P(wait > deadline) = ErlangC(k·N, λ/µ) · exp(-(N·c - λ)·D); 1 where the tasks cannot keep up. */
export function lateShareOf(tasks: number, rate: number, pool: Pool): number {
  const { capacityPerTask, deadlineSeconds, serversPerTask = 1 } = pool
  if (rate <= 0) return 0
  const slack = tasks * capacityPerTask - rate
  if (slack <= 0) return 1
  const waiting = erlangC(tasks * serversPerTask, (rate * serversPerTask) / capacityPerTask)
  return waiting * Math.exp(-slack * deadlineSeconds)
}
