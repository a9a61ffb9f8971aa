import type { Lacks } from './lacks.ts'

export const motoLacks: Lacks = {}
