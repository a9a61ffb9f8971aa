import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { bundle, doors } from '../../scripts/bundle.ts'
import { renderProblems } from '../../src/policy/problem.ts'
import { readPolicy } from '../../src/policy/read.ts'
import { root } from '../house/house.ts'

/** The one secret that Longshore has is read from SSM while it runs: it is in nothing that is written, packaged or deployed. */

const token = `xoxb-${'1234567890-canary-token'}`
const webhook = `https://hooks.slack.com/services/${'T01/B01/canarycanarycanary'}`

const tokenShapes =
  /xox[a-z]-[\w-]{10,}|xapp-[\w-]{10,}|hooks\.slack\.com\/services\/T\w|(?:AKIA|ASIA)[A-Z0-9]{16}|-----BEGIN [A-Z ]*PRIVATE KEY-----\n/

let outdir: string
beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), 'longshore-secrets-'))
  await bundle(outdir)
}, 30_000)
afterAll(() => rm(outdir, { recursive: true, force: true }))

describe('the secret of Slack', () => {
  it.each([
    ['a token as parameter', `slack: { channel: "#ops", token: ${token} }`],
    ['a webhook as parameter', `slack: { webhook: ${webhook} }`],
    [
      'a webhook as an alarm',
      `services: [{ match: { cluster: c, service: s }, scale: { min: 1, max: 2, triggers: [{ alarm: "${webhook}", steps: [{ from: 0, add: 1 }] }] } }]`,
    ],
    ['a token as a cluster', `tasks: [{ match: { cluster: ${token}, family: f } }]`],
    ['a token as channel', `slack: { channel: ${token}, token: /longshore/slack }`],
  ])('is refused in a policy, and not repeated: %s', (_, slack) => {
    const reading = readPolicy(`version: 1\nmode: act\n${slack}\n`, 'longshore.yml')
    expect(reading.ok).toBe(false)
    const said = reading.ok ? '' : renderProblems(reading.problems)
    expect(said).not.toContain('canary')
    expect(said).toMatch(/a secret (of Slack )?stands here|is no name|is no/)
  })

  it.each(doors)('is in no bundle: %s', door => {
    const code = readFileSync(join(outdir, door, 'index.js'), 'utf8')
    expect(code.length).toBeGreaterThan(100_000)
    expect(code).not.toMatch(tokenShapes)
  })

  it('is in no source of the stack, and is resolved by no deployment', () => {
    const files = ['serverless.yml', ...readdirSync(join(root, 'stack')).map(name => `stack/${name}`)]
    for (const file of files) {
      const text = readFileSync(join(root, file), 'utf8')
      expect(text, file).not.toMatch(tokenShapes)
      // Either would put the secret itself into the template.
      expect(text, file).not.toMatch(/\$\{ssm:|\{\{resolve:|AWS::SSM::Parameter::Value/)
    }
  })

  it('is in no variable of the environment: those are names, addresses and numbers', () => {
    const { provider, functions } = parse(readFileSync(join(root, 'serverless.yml'), 'utf8'), { merge: true })
    const names = [provider, ...Object.values<{ environment?: object }>(functions)].flatMap(
      ({ environment = {} }) => Object.keys(environment),
    )
    expect([...new Set(names)].sort()).toEqual([
      'LONGSHORE_LOG_LEVEL',
      'LONGSHORE_SERVICES_QUEUE_URL',
      'LONGSHORE_SLACK_URL',
      'LONGSHORE_STAGE',
      'LONGSHORE_TABLE',
      'LONGSHORE_TASKS_QUEUE_URL',
      'LONGSHORE_TIMEOUT_SECONDS',
    ])
  })
})
