import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Mutant } from './mutant.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))

/** How a mutant met its end: the invariant that it broke, and in how many worlds it was looked for. Null = it survived. */
export type Death = { invariant: string; seed: number; worlds: number } | null

/** A copy of the sources with the mutant's changes. Throws when a text to change does not stand there exactly once. */
export function plant({ name, changes }: Mutant): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-mutant-'))
  cpSync(join(project, 'src'), join(folder, 'src'), { recursive: true })
  cpSync(join(project, 'package.json'), join(folder, 'package.json'))
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'))
  for (const [file, text, instead] of changes) {
    const path = join(folder, 'src', file)
    const parts = readFileSync(path, 'utf8').split(text)
    if (parts.length !== 2)
      throw new Error(`${name}: "${text}" stands ${parts.length - 1} times in src/${file}, not once`)
    writeFileSync(path, parts.join(instead))
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Simulates until the first world that fails, or to the end. */
export function hunt(folder: string, seeds: string): Promise<Death> {
  const args = [
    'src/cli/main.ts',
    'simulate',
    '--seeds',
    seeds,
    '--fail-fast',
    '--jobs',
    '1',
    '--no-shrink',
    '--json',
  ]
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      args,
      { cwd: folder, maxBuffer: 64 * 1024 * 1024 },
      (error, out, complaints) => {
        const line = out.trim()
        if (!line.startsWith('{')) return reject(error ?? new Error(complaints))
        const { seeds: worlds, failed } = JSON.parse(line) as {
          seeds: number
          failed: { seed: number; invariant: string }[]
        }
        const [first] = failed
        resolve(first ? { invariant: first.invariant, seed: first.seed, worlds } : null)
      },
    )
  })
}
