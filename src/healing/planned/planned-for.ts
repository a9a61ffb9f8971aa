/** Why a task is replaced that lives, by the code of the reason; null: it has stopped. */
export const plannedFor = (code: string): 'retirement' | 'host' | null =>
  code === 'retirement' ? 'retirement' : code === 'machine' ? 'host' : null
