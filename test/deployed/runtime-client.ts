import { spawn } from 'node:child_process'
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** AWS's own runtime client for Node.js, which starts every function in Lambda (https://github.com/aws/aws-lambda-nodejs-runtime-interface-client). */
const version = '4.0.2'

/**
 * The path of its program; installed if it is not there yet. It compiles native code (cmake, make and a C++ compiler; one to two minutes), so
 * that it is no dependency: it lies outside the tree, in `$LONGSHORE_EMULATORS` or else `${XDG_CACHE_HOME:-~/.cache}/longshore`.
 */
export async function runtimeClient(tell: (line: string) => void): Promise<string> {
  const parent =
    process.env.LONGSHORE_EMULATORS ??
    join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'longshore')
  const folder = join(parent, `runtime-client-${version}-${process.platform}-${process.arch}`)
  if (!(await exists(folder))) await prepare(parent, folder, tell)
  return join(folder, 'node_modules/aws-lambda-ric/index.mjs')
}

/** Whole or not at all: made beside its place, then moved there. */
async function prepare(parent: string, folder: string, tell: (line: string) => void): Promise<void> {
  if (process.platform !== 'linux') throw new Error('aws-lambda-ric can be compiled on Linux only')
  tell(`compiling aws-lambda-ric ${version} in ${folder}, once`)
  await mkdir(parent, { recursive: true })
  const making = await mkdtemp(`${folder}-making-`)
  try {
    const dependencies = { 'aws-lambda-ric': version }
    // npm asks for a word before it runs a package's own scripts.
    const allowScripts = { 'aws-lambda-ric': true }
    await writeFile(
      join(making, 'package.json'),
      JSON.stringify({ private: true, dependencies, allowScripts }),
    )
    await install(making)
    await access(join(making, 'node_modules/aws-lambda-ric/rapid-client.node'))
    // Somebody else may have been faster.
    await rename(making, folder).catch(async error => {
      if (!(await exists(folder))) throw error
    })
  } finally {
    await rm(making, { recursive: true, force: true })
  }
}

async function install(folder: string): Promise<void> {
  // The headers of the Node that runs it lie beside that Node; otherwise npm would fetch them.
  const nodedir = dirname(dirname(process.execPath))
  const headers = (await exists(join(nodedir, 'include/node/node.h'))) ? { npm_config_nodedir: nodedir } : {}
  const args = ['install', '--prefix', folder, '--ignore-scripts=false', '--no-audit', '--no-fund']
  const child = spawn('npm', args, { cwd: folder, env: { ...process.env, ...headers } })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      said = `${said}${chunk}`.slice(-20_000)
    })
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code =>
      code === 0 ? resolve() : reject(new Error(`npm could not install aws-lambda-ric:\n${said}`)),
    )
  })
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
