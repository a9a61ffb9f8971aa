import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { exists, preparedFolder } from './folder.ts'
import { end, succeed } from './program.ts'

/** AWS's own runtime client for Node.js, which starts every function in Lambda (https://github.com/aws/aws-lambda-nodejs-runtime-interface-client). */
const version = '4.0.2'

/** It compiles native code, so that it is no dependency. */
const compilers = ['cmake', 'make', 'c++']

/** The path of its program; installed if it is not there yet. Rejects where it cannot be compiled, and says why. */
export async function runtimeClient(tell: (line: string) => void): Promise<string> {
  const name = `runtime-client-${version}-${process.platform}-${process.arch}`
  const folder = await preparedFolder(name, async making => {
    await refuseWithoutCompilers()
    tell(`compiling aws-lambda-ric ${version}, once: one to two minutes`)
    const dependencies = { 'aws-lambda-ric': version }
    // npm asks for a word before it runs a package's own scripts.
    const allowScripts = { 'aws-lambda-ric': true }
    const manifest = { private: true, dependencies, allowScripts }
    await writeFile(join(making, 'package.json'), JSON.stringify(manifest))
    await install(making, tell)
    if (!(await exists(join(making, 'node_modules/aws-lambda-ric/rapid-client.node'))))
      throw new Error('npm installed aws-lambda-ric without its native part.')
  })
  return join(folder, 'node_modules/aws-lambda-ric/index.mjs')
}

async function refuseWithoutCompilers(): Promise<void> {
  if (process.platform !== 'linux') throw new Error('aws-lambda-ric can be compiled on Linux only.')
  for (const compiler of compilers)
    await end(compiler, ['--version']).catch(() => {
      throw new Error(
        `aws-lambda-ric is compiled with ${compilers.join(', ')}, and there is no ${compiler} on the PATH.`,
      )
    })
}

async function install(folder: string, tell: (line: string) => void): Promise<void> {
  // The headers of the Node that runs it lie beside that Node; otherwise npm would fetch them.
  const nodedir = dirname(dirname(process.execPath))
  const headers = (await exists(join(nodedir, 'include/node/node.h'))) ? { npm_config_nodedir: nodedir } : {}
  const quiet = ['--no-audit', '--no-fund', '--no-progress', '--foreground-scripts']
  await succeed('npm', ['install', '--prefix', folder, '--ignore-scripts=false', ...quiet], {
    cwd: folder,
    env: { ...process.env, ...headers },
    onLine: line => {
      const [, step] = /^Building (curl|aws-lambda-cpp)\.\.\.$/.exec(line) ?? []
      if (step) tell(`compiling its ${step}`)
    },
  })
}
