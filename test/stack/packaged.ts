import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Door, doors } from '../../scripts/bundle.ts'
import { build, furnish } from '../../scripts/distribution.ts'
import { readPolicy } from '../../src/policy/read.ts'
import { rightsOf } from '../../src/policy/rights.ts'
import { root } from '../house/house.ts'
import { succeed } from '../prepared/program.ts'
import { filesInZip } from './zip.ts'

/** The template as the framework writes it, and what it uploads, made in a folder of its own. */
export interface Packaged {
  /** With `dist/` and `.serverless/`. */
  folder: string
  resources: Record<string, Resource>
  parameters: Record<string, { Default: string }>
  /** Size and files of each function's zip. */
  zips: Record<Door, { bytes: number; files: string[] }>
  /** What the framework printed. */
  said: string
}

export interface Resource {
  Type: string
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation's properties are as deep as they are many
  Properties: any
  DeletionPolicy?: string
  Metadata?: { checkov?: { skip: { id: string; comment?: string }[] } }
}

const osls = createRequire(import.meta.url).resolve('osls/bin/serverless.js')

/** What restarted tasks may carry, unless a test says otherwise. */
export const passRoles = 'etl-*, ecsTaskExecutionRole'

export interface PackageOptions {
  /** The policy, as its file would say. */
  policy: string
  /** For the framework, such as `--stage`. */
  args?: string[]
  /** False: empty functions, where only the template matters. */
  withBundles?: boolean
}

export async function packageStack(options: PackageOptions): Promise<Packaged & { remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-stack-'))
  for (const part of ['serverless.yml', 'stack'])
    await cp(join(root, part), join(folder, part), { recursive: true })
  await writeFile(join(folder, 'longshore.yml'), options.policy)
  await distribute(folder, options)
  const said = await run(folder, ['package', '--param', `passRoles=${passRoles}`, ...(options.args ?? [])])
  const template = JSON.parse(
    await readFile(join(folder, '.serverless/cloudformation-template-update-stack.json'), 'utf8'),
  )
  const zips = await Promise.all(
    doors.map(async door => {
      const zip = await readFile(join(folder, `.serverless/${door}.zip`))
      return [door, { bytes: zip.length, files: filesInZip(zip) }] as const
    }),
  )
  return {
    folder,
    resources: template.Resources,
    parameters: template.Parameters,
    zips: Object.fromEntries(zips) as Packaged['zips'],
    said,
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

async function distribute(folder: string, { policy, withBundles }: PackageOptions): Promise<void> {
  const outdir = join(folder, 'dist')
  if (withBundles !== false) {
    const built = await build({ policy: join(folder, 'longshore.yml'), clusters: null, outdir })
    if (!built.ok) throw new Error(built.text)
    return
  }
  const read = readPolicy(policy, 'longshore.yml')
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const rights = rightsOf(read.policy)
  if (!rights.ok) throw new Error(rights.sentence)
  await furnish(outdir, read.policy, rights.rights)
  for (const door of doors) await writeFile(join(outdir, door, 'index.js'), '')
}

/** The framework, without an account: no credentials, no profile. */
async function run(cwd: string, args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: cwd, SLS_NOTIFICATIONS_MODE: 'off' }
  return (await succeed(process.execPath, [osls, ...args], { cwd, env })).said
}

export const functionOf = (packaged: Packaged, door: Door): Resource | undefined =>
  packaged.resources[`${capital(door)}LambdaFunction`]

export const roleOf = (packaged: Packaged, door: Door): Resource | undefined =>
  packaged.resources[
    functionOf(packaged, door)?.Properties.Role['Fn::Sub'].slice('${'.length, -'.Arn}'.length)
  ]

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** Everything a policy can ask for. */
export const fullPolicy = `version: 1
mode: act
slack: { webhook: /longshore/slack-webhook }
services:
  - match: { cluster: prod, service: checkout }
    scale:
      min: 2
      max: 40
      triggers:
        - { alarm: checkout-p99-high, steps: [{ from: 0, add: 2 }, { from: 500, add: 25% }], atLeast: 3 }
        - { alarm: checkout-cpu-low, steps: [{ to: 0, remove: 1 }] }
  - match: { cluster: prod, service: worker-* }
    scale:
      min: 0
      max: 50
      triggers:
        - { alarm: "{service}-backlog", steps: [{ from: 0, add: 1 }] }
        - { queue: "{service}-jobs", perTask: 10 }
  - match: { cluster: prod, service: packer }
    scale:
      min: 0
      max: 20
      triggers:
        - slo: { queue: orders.fifo, drainWithin: 2m }
    heal: {}
  - match: { cluster: prod, service: mailer }
    heal: { crashLoop: { then: notify } }
  - match: { cluster: prod, service: shop-* }
    heal: { crashLoop: { then: roll-back } }
  - match: { cluster: prod, service: spotty }
    heal: { spot: { fallback: {} } }
tasks:
  - match: { cluster: prod, family: etl-* }
    heal: { restart: { on: [crash, oom, spot, host, start] }, stop: { stuck: { after: 15m } } }
  - match: { cluster: prod, family: thumbnailer }
    heal: { restart: { on: [crash, spot] } }
    discover: { namespace: jobs.internal, service: thumbnailer, port: 8080 }
`
