/** Instants at which services end, the earliest first: a binary heap in flat arrays. */
export interface Completions {
  /** Infinity when nothing is in service. */
  next(): number
  push(at: number, task: number): void
  /** The task whose service ends next. */
  pop(): number
}

export function createCompletions(): Completions {
  let times = new Float64Array(1024)
  let tasks = new Int32Array(1024)
  let size = 0

  const grow = (): void => {
    const [moreTimes, moreTasks] = [new Float64Array(2 * size), new Int32Array(2 * size)]
    moreTimes.set(times)
    moreTasks.set(tasks)
    times = moreTimes
    tasks = moreTasks
  }
  const put = (place: number, at: number, task: number): void => {
    times[place] = at
    tasks[place] = task
  }

  return {
    next: () => (size === 0 ? Number.POSITIVE_INFINITY : (times[0] as number)),
    push(at, task) {
      if (size === times.length) grow()
      let place = size++
      while (place > 0) {
        const parent = (place - 1) >> 1
        if ((times[parent] as number) <= at) break
        put(place, times[parent] as number, tasks[parent] as number)
        place = parent
      }
      put(place, at, task)
    },
    pop() {
      const first = tasks[0] as number
      size--
      const [at, task] = [times[size] as number, tasks[size] as number]
      let place = 0
      for (;;) {
        let child = 2 * place + 1
        if (child >= size) break
        if (child + 1 < size && (times[child + 1] as number) < (times[child] as number)) child++
        if ((times[child] as number) >= at) break
        put(place, times[child] as number, tasks[child] as number)
        place = child
      }
      put(place, at, task)
      return first
    },
  }
}
