import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { tellable } from '../model/redaction.ts'
import { addBacktest } from './backtest.ts'
import { addDemo } from './demo.ts'
import { addHistory } from './history.ts'
import { addReplay } from './replay.ts'
import { addSimulate } from './simulate.ts'
import { addValidate } from './validate.ts'

/** Where a command speaks. `write` is its answer, `complain` what is wrong with the question. */
export interface Terminal {
  write: (text: string) => void
  complain: (text: string) => void
  /** After a complaint about arguments, and after help. Default: the process ends. */
  exit?: (exitCode: number) => never
}

const { version, description } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
)

/** The longest complaint about an argument. */
const complaintMax = 400

/** The command line. Each command is a file beside this one; the exit code is the process's. */
export function longshore({ write, complain, exit }: Terminal): Command {
  const program = new Command('longshore')
    .description(description)
    .version(version)
    .showHelpAfterError('Try: longshore --help')
    .configureOutput({
      writeOut: write,
      writeErr: complain,
      // An argument may be anything: it is repeated in one line, without what looks like a secret.
      outputError: (text, say) => say(`${tellable(text, complaintMax)}\n`),
    })
  // Commands take over what stands before them.
  if (exit) program.exitOverride(({ exitCode }) => exit(exitCode))
  addBacktest(program, { write, complain })
  addDemo(program, write)
  addHistory(program, { write, complain })
  addReplay(program, { write, complain })
  addSimulate(program, write)
  addValidate(program, write)
  return program
}
