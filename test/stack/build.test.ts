import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build } from '../../scripts/distribution.ts'
import { shared } from '../../scripts/stack.ts'
import { healed, policyText, scaled, times } from './policies.ts'

/** What `npm run package`, `deploy` and `remove` do before the framework has its turn. */

describe('options', () => {
  it.each([
    ['none', 'package', [], [], ['package']],
    ['the framework’s', 'deploy', ['--stage', 'prod'], [], ['deploy', '--stage', 'prod']],
    [
      'of both, in any order',
      'package',
      ['--stage', 'prod', '--policy', 'p.yml', '--clusters=a,b', '--param', 'passRoles=etl'],
      ['--policy', 'p.yml', '--clusters=a,b'],
      ['package', '--stage', 'prod', '--param', 'passRoles=etl'],
    ],
    ['one without its value', 'package', ['--policy'], ['--policy'], ['package']],
    ['of what is taken away', 'remove', [], [], ['remove', '--param', 'passRoles=none']],
  ])('%s', (_, command, options, ours, theirs) => {
    expect(shared(command, options)).toEqual({ build: ours, osls: theirs })
  })
})

describe('a policy that cannot be packaged leaves nothing to package', () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'longshore-build-'))
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  const built = async (text: string, clusters: string[] | null = null) => {
    const policy = join(folder, 'policy.yml')
    await writeFile(policy, text)
    const outdir = join(folder, 'dist')
    await mkdir(outdir, { recursive: true })
    const answer = await build({ policy, clusters, outdir })
    return { ...answer, text: answer.text.replaceAll(`${folder}/`, ''), files: await readdir(folder) }
  }

  it.each([
    ['no YAML', '{', null, /^policy\.yml:\d+:\d+ /],
    ['a key that nobody knows', 'version: 1\nmdoe: act\n', null, /mdoe/],
    ['a cluster that there is not', policyText({ tasks: [healed('pord', 'etl')] }), ['prod'], /pord/],
    [
      'more clusters than a role can name',
      policyText({ services: times(200, index => scaled(`c${index}`, '*')) }),
      null,
      /^policy\.yml: 200 clusters are more than one role can name\. Use wildcards, .*\.\n$/,
    ],
  ])('%s', async (_, text, clusters, sentence) => {
    const answer = await built(text, clusters)
    expect(answer.ok).toBe(false)
    expect(answer.text).toMatch(sentence)
    expect(answer.files).toEqual(['policy.yml'])
  })
})
