import { longshore } from '../../src/cli/program.ts'

/** What a command came to. */
export interface Run {
  code: number
  out: string
  complaints: string
}

class Exit extends Error {
  exitCode: number
  constructor(exitCode: number) {
    super(`exit ${exitCode}`)
    this.exitCode = exitCode
  }
}

/** `longshore` as if it had been typed, in this process. */
export async function typed(...args: string[]): Promise<Run> {
  const told = { out: '', complaints: '' }
  const program = longshore({
    write: text => {
      told.out += text
    },
    complain: text => {
      told.complaints += text
    },
    exit: exitCode => {
      throw new Exit(exitCode)
    },
  })
  const before = process.exitCode
  process.exitCode = undefined
  try {
    await program.parseAsync(args, { from: 'user' })
    return { code: Number(process.exitCode ?? 0), ...told }
  } catch (error) {
    if (error instanceof Exit) return { code: error.exitCode, ...told }
    throw error
  } finally {
    process.exitCode = before
  }
}
