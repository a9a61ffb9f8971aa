import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { noticeStreamFilter, tableProperties } from '../src/adapters/table.ts'
import { checkAgainst } from '../src/policy/clusters.ts'
import { eventPatternsOf } from '../src/policy/event-patterns.ts'
import type { Policy } from '../src/policy/policy.ts'
import { renderProblems } from '../src/policy/problem.ts'
import { readPolicy } from '../src/policy/read.ts'
import { type Rights, rightsOf } from '../src/policy/rights.ts'
import { bundle, doors } from './bundle.ts'

/** What is packaged: a bundle for each door with the policy beside it, and what serverless.yml asks of the policy. */

export interface BuildOptions {
  /** The policy's path. */
  policy: string
  /** Every cluster there is; null = not told. A rule that names none of them is refused. */
  clusters: readonly string[] | null
  outdir: string
}

/** Answers what there is to tell; `ok` false = nothing was built, and what was built before is gone. */
export async function build({
  policy,
  clusters,
  outdir,
}: BuildOptions): Promise<{ ok: boolean; text: string }> {
  await rm(outdir, { recursive: true, force: true })
  const read = await checkedPolicy(policy, clusters)
  if ('text' in read) return { ok: false, text: read.text }
  const rights = rightsOf(read)
  if (!rights.ok) return { ok: false, text: `${policy}: ${rights.sentence}\n` }
  const metafile = await bundle(outdir)
  // What each bundle is made of, for esbuild's analysers and for the test of the rights.
  await writeFile(`${outdir}/metafile.json`, JSON.stringify(metafile))
  await furnish(outdir, read, rights.rights)
  const sizes = Object.entries(metafile.outputs).map(
    ([file, { bytes }]) => `${file}  ${Math.round(bytes / 1_000)} kB`,
  )
  return { ok: true, text: [...sizes, ...rights.widened].map(line => `${line}\n`).join('') }
}

async function checkedPolicy(
  file: string,
  clusters: readonly string[] | null,
): Promise<Policy | { text: string }> {
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null) return { text: `${file}: no such file. Name the policy with --policy.\n` }
  const read = readPolicy(text, file)
  if (!read.ok) return { text: renderProblems(read.problems) }
  const { policy, positionOf } = read
  const problems = clusters ? checkAgainst(policy, { clusters }, { file, positionOf }) : []
  return problems.length > 0 ? { text: renderProblems(problems) } : policy
}

/** Writes what comes from the policy. */
export async function furnish(outdir: string, policy: Policy, rights: Rights): Promise<void> {
  for (const door of doors) {
    await mkdir(`${outdir}/${door}`, { recursive: true })
    await writeFile(`${outdir}/${door}/package.json`, '{"type":"module"}\n')
    await writeFile(`${outdir}/${door}/policy.json`, `${JSON.stringify(policy)}\n`)
  }
  const passesRoles = rights.task.some(({ Action }) => Action.includes('iam:PassRole'))
  const stack = {
    rights,
    passesRoles,
    events: eventPatternsOf(policy),
    noticeFilters: [noticeStreamFilter],
    table: tableProperties,
  }
  await writeFile(`${outdir}/stack.json`, `${JSON.stringify(stack, null, 2)}\n`)
}
