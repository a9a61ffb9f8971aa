#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { addDemo } from './demo.ts'
import { addReplay } from './replay.ts'
import { addSimulate } from './simulate.ts'
import { addValidate } from './validate.ts'

/** The command line. Each command is a file beside this one. */

const { version, description } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
)

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', error => {
  if ('code' in error && error.code === 'EPIPE') process.exit()
  throw error
})

const program = new Command('longshore')
  .description(description)
  .version(version)
  .showHelpAfterError('Try: longshore --help')
addDemo(program)
addReplay(program)
addSimulate(program)
addValidate(program)
await program.parseAsync()
