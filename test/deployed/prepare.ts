import { emulatorPython } from '../emulators/python.ts'
import { runtimeClient } from './runtime-client.ts'

const tell = (line: string): void => void process.stderr.write(`${line}\n`)

/** Once, before the files run side by side. */
export async function setup(): Promise<void> {
  await Promise.all([emulatorPython(tell), runtimeClient(tell)])
}
