/** Ends when everything that waits for nothing but its turn has had it: no time passes, real or virtual. */
export const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
