/** For when a decision made now decides: tasks that are launched now serve from then on, and the next decision comes a period later. */
export interface Horizon {
  /** First and last period ahead of the newest one that is known. */
  first: number
  last: number
  /** How long a wrong count stays wrong, seconds. */
  untilMendedSeconds: number
}

/** `ageSeconds`: how old the newest period's end is when it is used. */
export const horizonOf = (periodSeconds: number, ageSeconds: number, startSeconds: number): Horizon => ({
  first: Math.floor((ageSeconds + startSeconds) / periodSeconds) + 1,
  last: Math.ceil((ageSeconds + startSeconds + periodSeconds) / periodSeconds),
  untilMendedSeconds: startSeconds + periodSeconds + ageSeconds,
})
