import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { addValidate, type ValidateOptions, validateCommand } from '../../src/cli/validate.ts'

const folder = mkdtempSync(join(tmpdir(), 'longshore-validate-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = (text: string): string => {
  const path = join(folder, 'longshore.yml')
  writeFileSync(path, text)
  return path
}

async function validate(
  path: string,
  options: Partial<ValidateOptions> = {},
): Promise<{ code: number; said: string }> {
  let said = ''
  const write = (text: string) => {
    said += text
  }
  const code = await validateCommand({ file: path, clusters: null, json: false, write, ...options })
  return { code, said: said.replaceAll(`${folder}/`, '') }
}

const good = `version: 1
mode: observe
services:
  - match: { cluster: prod, service: checkout }
tasks:
  - match: { cluster: prod, family: etl }
  - match: { cluster: staging, family: etl }
`

describe('longshore validate', () => {
  it('says in one line what a good policy holds', async () => {
    expect(await validate(file(good))).toStrictEqual({
      code: 0,
      said: 'longshore.yml: 1 service rule, 2 task rules, mode observe.\n',
    })
  })

  it('accepts the example at the root', async () => {
    const root = new URL('../../longshore.yml', import.meta.url).pathname
    const { code, said } = await validate(root)
    expect(said).toMatch(/longshore\.yml: 5 service rules, 2 task rules, mode observe\.\n$/)
    expect(code).toBe(0)
  })

  it('lists every problem and deploys nothing', async () => {
    const bad = good.replace('mode: observe', 'mode: obsrve').replace('family: etl', 'famly: etl')
    expect(await validate(file(bad))).toStrictEqual({
      code: 1,
      said: `longshore.yml:2:7   mode: "obsrve" is not known. Did you mean observe?
longshore.yml:6:29  tasks[0].match.famly: no such key. Did you mean family?
2 problems, nothing deployed.
`,
    })
  })

  it('refuses a cluster that is not there, when told which are', async () => {
    const path = file(good)
    expect((await validate(path, { clusters: ['staging', 'prod'] })).code).toBe(0)
    expect(await validate(path, { clusters: ['prod', 'test'] })).toStrictEqual({
      code: 1,
      said: `longshore.yml:7:23  tasks[1].match.cluster: "staging" is no cluster. There is prod or test.
1 problem, nothing deployed.
`,
    })
  })

  it.each([
    [
      'no such file',
      'gone.yml',
      'gone.yml: no such file. Name the policy, as in: longshore validate path/to/longshore.yml\n',
    ],
    ['a folder', '.', '.: this is a folder. Name the file in it.\n'],
    ['a file under a file', 'longshore.yml/x', 'longshore.yml/x: the file cannot be read (ENOTDIR).\n'],
  ])('%s is told in one sentence', async (_, name, expected) => {
    file(good)
    const { code, said } = await validate(`${folder}/${name}`)
    expect({ code, said }).toStrictEqual({ code: 1, said: expected })
  })

  it('speaks JSON to programs, one object', async () => {
    const path = file(good)
    const fine = await validate(path, { json: true })
    expect(fine.code).toBe(0)
    expect(JSON.parse(fine.said)).toStrictEqual({
      file: 'longshore.yml',
      ok: true,
      mode: 'observe',
      services: 1,
      tasks: 2,
    })
    const broken = await validate(file('version: 1\n'), { json: true })
    expect(broken.code).toBe(1)
    expect(JSON.parse(broken.said)).toStrictEqual({
      file: 'longshore.yml',
      ok: false,
      problems: [
        {
          file: 'longshore.yml',
          line: 1,
          column: 1,
          path: 'mode',
          sentence: 'missing. Write act or observe.',
        },
      ],
    })
    const gone = await validate(join(folder, 'gone.yml'), { json: true })
    expect(gone.code).toBe(1)
    expect(JSON.parse(gone.said)).toMatchObject({ ok: false, file: 'gone.yml' })
  })
})

describe('the command', () => {
  afterEach(() => {
    process.exitCode = undefined
  })

  async function run(...args: string[]): Promise<{ code: typeof process.exitCode; said: string }> {
    let said = ''
    const program = new Command('longshore').exitOverride()
    addValidate(program, text => {
      said += text
    })
    await program.parseAsync(['validate', ...args], { from: 'user' })
    const code = process.exitCode
    process.exitCode = undefined
    return { code, said: said.replaceAll(`${folder}/`, '') }
  }

  it('takes the file, the clusters and the form of the answer', async () => {
    const path = file(good)
    expect(await run(path)).toStrictEqual({
      code: 0,
      said: 'longshore.yml: 1 service rule, 2 task rules, mode observe.\n',
    })
    expect((await run(path, '--clusters', ' prod, staging,')).code).toBe(0)
    const { code, said } = await run(path, '--clusters', 'prod', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(said)).toMatchObject({ ok: false, problems: [{ line: 7, column: 23 }] })
  })

  it('shows an example in its help', () => {
    const program = new Command('longshore')
    addValidate(program)
    let help = ''
    program.commands[0]
      ?.configureOutput({
        writeOut: text => {
          help += text
        },
      })
      .outputHelp()
    expect(help).toContain('$ longshore validate policies/prod.yml --clusters prod,staging')
  })
})
