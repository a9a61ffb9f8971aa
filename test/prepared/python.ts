import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { preparedFolder } from './folder.ts'
import { succeed } from './program.ts'

/** Says which Python it is; fails where that is too old, or without what makes a virtual environment. */
const probe = (atLeast: string): string =>
  `import sys, venv, ensurepip; assert sys.version_info >= (${atLeast.replaceAll('.', ', ')}), sys.version; print(sys.version, sys.prefix)`

/** How many packages pass between two words about them. */
const wordEvery = 10

/**
 * The Python of a virtual environment with what a requirements file pins. Its folder is named after `name`, what is installed and the Python
 * that runs it: a change of either makes a new one. `python3` of the PATH is used, `atLeast` so new as the youngest of the packages asks for, and pip
 * as the machine sets it. Rejects with what pip said.
 */
export async function pythonWith(
  name: string,
  requirements: string,
  atLeast: string,
  tell: (line: string) => void,
): Promise<string> {
  const { out } = await succeed('python3', ['-c', probe(atLeast)]).catch(({ message }) => {
    throw new Error(
      `python3 (${atLeast} or newer, with venv) is needed on the PATH. ${message.split('\n').at(-1)}`,
    )
  })
  const pins = await readFile(requirements, 'utf8')
  const hash = createHash('sha256').update(out.trimEnd()).update(pins).digest('hex').slice(0, 12)
  const count = pins.split('\n').filter(line => line.includes('==')).length
  const folder = await preparedFolder(`${name}-${hash}`, async making => {
    tell(`installing ${count} Python packages, once`)
    await succeed('python3', ['-m', 'venv', making])
    let seen = 0
    const install = ['-m', 'pip', 'install', '--progress-bar', 'off', '-r', requirements]
    await succeed(join(making, 'bin/python'), install, {
      onLine: line => {
        if (line.startsWith('Collecting ') && ++seen % wordEvery === 0) tell(`fetched ${seen} of ${count}`)
        else if (line.startsWith('Installing collected')) tell('unpacking them')
      },
    })
  })
  return join(folder, 'bin/python')
}
