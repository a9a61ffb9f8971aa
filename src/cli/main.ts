#!/usr/bin/env node
import { longshore } from './program.ts'

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', error => {
  if ('code' in error && error.code === 'EPIPE') process.exit()
  throw error
})

await longshore({
  write: text => process.stdout.write(text),
  complain: text => process.stderr.write(text),
}).parseAsync()
