import type { Lacks } from './lacks.ts'

export const ministackLacks: Lacks = {}
