import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { botToken } from '../contracts/slack-double.ts'
import { createCanaries, told } from './canaries.ts'
import { damagedPayload, longMs, oddText, tried } from './odd.ts'
import { type Run, typed } from './typed.ts'

/** Arguments that nobody would type, and files that nobody would name. */

let folder: string
const inside = (name: string) => join(folder, name)
const root = (name: string) => new URL(`../../${name}`, import.meta.url).pathname

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-arguments-'))
  writeFileSync(inside('empty.yml'), '')
  writeFileSync(inside('empty.json'), '')
  writeFileSync(inside('binary.json'), Buffer.from([0, 255, 254, 128, 27, 91, 50, 74]))
  writeFileSync(inside('huge.yml'), 'a: b\n'.repeat(200_000))
  writeFileSync(inside('mark.json'), `\uFEFF${readFileSync(root('events/look-family.json'), 'utf8')}`)
  mkdirSync(inside('nothing'))
  mkdirSync(inside('strange/folder.json'), { recursive: true })
  symlinkSync(inside('gone'), inside('strange/dangling.json'))
  symlinkSync('/dev/zero', inside('endless.json'))
  copyFileSync(root('longshore.yml'), inside('good.yml'))
  copyFileSync(root('events/task-stopped-oom-standalone.json'), inside('event.json'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const listing = () => readdirSync(folder, { recursive: true }).sort().join(' ')

/** What must hold of an answer, whatever was asked. */
function isClear({ code, out, complaints }: Run): void {
  expect(out + complaints).not.toMatch(/\n\s+at |Error: |undefined|\[object/)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: just these must not reach a terminal.
  expect(out + complaints).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
  if (complaints.startsWith('error:'))
    expect(complaints).toMatch(/^error: [^\n]{1,400}\nTry: longshore --help\n$/)
  if (code !== 0) expect(complaints + out).not.toBe('')
  if (complaints !== '') expect(code).toBe(1)
}

const files = [
  'empty.yml',
  'empty.json',
  'binary.json',
  'huge.yml',
  'mark.json',
  'nothing',
  'strange',
  'endless.json',
  'good.yml',
  'event.json',
  'gone.json',
  'event.json/x',
  '.',
  `${'x'.repeat(5_000)}`,
]
const argument = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('validate', 'replay', 'backtest', 'help', 'vaildate') },
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      '--json',
      '--policy',
      '--clusters',
      '--seed',
      '--headless',
      '--help',
      '-h',
      '--version',
      '-V',
      '--',
      '-',
      '--policy=',
      '--clusters=',
      '--jsno',
      '-xyz',
      '--__proto__',
      '--seed=1e9',
    ),
  },
  { weight: 6, arbitrary: fc.constantFrom(...files).map(name => `FOLDER/${name}`) },
  { weight: 3, arbitrary: oddText },
)

describe('any arguments', () => {
  it(
    'are answered, or refused in one line with an exit code, and nothing is written',
    async () => {
      const before = listing()
      await fc.assert(
        fc.asyncProperty(fc.array(argument, { maxLength: 5 }), async args => {
          // The demo takes its time; its own arguments are tried below.
          fc.pre(!args.includes('demo'))
          isClear(await typed(...args.map(each => each.replace('FOLDER', folder))))
        }),
        tried(300, 31),
      )
      expect(listing()).toBe(before)
    },
    longMs,
  )

  it(
    'of the demo are refused before it plays',
    async () => {
      const bad = fc.oneof(
        fc.tuple(
          fc.constant('--seed'),
          oddText.filter(text => !/^\d{1,9}$/.test(text)),
        ),
        oddText.filter(text => text !== '--' && !/^(-h|--help|--headless)$/.test(text)).map(text => [text]),
        fc.constantFrom(
          ['--sed', '7'],
          ['--seed'],
          ['--seed', '-1'],
          ['--seed=1.5'],
          ['--headless=1'],
          ['x', 'y'],
        ),
      )
      await fc.assert(
        fc.asyncProperty(bad, async args => {
          const answer = await typed('demo', ...args)
          isClear(answer)
          expect(answer).toMatchObject({ code: 1, out: '' })
          expect(answer.complaints).toMatch(/^error: /)
        }),
        tried(60, 32),
      )
    },
    longMs,
  )

  it.each<[args: string[], complaint: string]>([
    [[], 'Usage: longshore'],
    [['valdate'], "error: unknown command 'valdate' (Did you mean validate?)"],
    [['replay'], "error: missing required argument 'path'"],
    [['history'], "error: missing required argument 'target'"],
    [
      ['history', 'checkout'],
      "error: command-argument value 'checkout' is invalid for argument 'target'. Write cluster/name, service/cluster/name or family/cluster/name, as in prod/checkout.",
    ],
    [['history', 'prod/checkout', '--since', '60d'], 'Write a time up to 30d, as in 7d, 12h or 90m.'],
    [['history', 'prod/checkout', '--limit', '0'], 'Write a number of tasks from 1 to 1000.'],
    [
      ['replay', 'FOLDER/gone'],
      'FOLDER/gone: no such file or folder. Name an event, as in: longshore replay events/',
    ],
    [
      ['replay', 'FOLDER/nothing'],
      'FOLDER/nothing: no .json file in this folder. An event is one JSON file.',
    ],
    [['replay', 'FOLDER/endless.json'], 'FOLDER/endless.json: this is no file.'],
    [['replay', 'FOLDER/strange/folder.json'], 'FOLDER/strange/folder.json: no .json file in this folder.'],
    [['replay', 'FOLDER/event.json', '--policy', 'FOLDER'], 'FOLDER: this is a folder. Name the file in it.'],
    [
      ['replay', 'FOLDER/event.json', '--policy', 'FOLDER/empty.yml'],
      'FOLDER/empty.yml:1:1   the file is empty.',
    ],
    [
      ['replay', 'FOLDER/event.json', '--policy', 'FOLDER/gone.yml'],
      'FOLDER/gone.yml: no such file. Name the policy, as in: --policy longshore.yml',
    ],
    [['replay', 'FOLDER/event.json', '--policy'], "error: option '--policy <file>' argument missing"],
  ])('%j: %s', async (args, complaint) => {
    const { code, complaints, out } = await typed(...args.map(each => each.replace('FOLDER', folder)))
    expect(complaints.replaceAll(folder, 'FOLDER')).toContain(complaint)
    expect({ code, out }).toEqual({ code: 1, out: '' })
  })

  it('that name a folder with odd files in it: the others are still replayed', async () => {
    copyFileSync(inside('event.json'), inside('strange/event.json'))
    const { code, complaints, out } = await typed('replay', inside('strange'))
    expect(complaints.replaceAll(folder, 'FOLDER').split('\n')).toEqual([
      'FOLDER/strange/dangling.json: no such file. Name an event, as in: longshore replay events/',
      'FOLDER/strange/folder.json: this is a folder. Name the file in it.',
      '',
    ])
    expect(out).toContain('strange/event.json\n  task · family/prod/etl-nightly')
    expect(code).toBe(1)
  })

  it('with a secret in them are not repeated with it', async () => {
    const { code, complaints } = await typed('validate', `--tokne=${botToken}`)
    expect(code).toBe(1)
    expect(complaints).toContain("error: unknown option '--tokne=[redacted]")
  })
})

describe('replay', () => {
  it(
    'has one line for any event',
    async () => {
      await fc.assert(
        fc.asyncProperty(damagedPayload, async payload => {
          writeFileSync(inside('event-damaged.json'), JSON.stringify(payload) ?? '')
          const { code, out, complaints } = await typed(
            'replay',
            inside('event-damaged.json'),
            '--json',
            '--policy',
            inside('good.yml'),
          )
          expect({ code, complaints }).toEqual({ code: 0, complaints: '' })
          expect(JSON.parse(out).decisions.length).toBeGreaterThan(0)
          expect(out.trimEnd()).not.toContain('\n')
        }),
        tried(100, 33),
      )
    },
    longMs,
  )

  it('reads a file that begins with a byte order mark', async () => {
    expect((await typed('replay', inside('mark.json'))).out).toContain('family/prod/etl')
  })

  it('tells no secret of an event', async () => {
    const canaries = createCanaries()
    const { detail, ...event } = JSON.parse(readFileSync(inside('event.json'), 'utf8'))
    const value = canaries.plain('an environment value')
    const withSecrets = {
      ...event,
      detail: {
        ...detail,
        overrides: { containerOverrides: [{ name: 'app', environment: [{ name: 'KEY', value }] }] },
        stoppedReason: `${value} ${canaries.shaped('a stop reason')}`,
        containers: detail.containers.map((each: object) => ({
          ...each,
          reason: `${value} ${canaries.shaped('a container’s reason')}`,
        })),
      },
    }
    const alarm = JSON.parse(readFileSync(root('events/alarm-high-to-alarm.json'), 'utf8'))
    alarm.detail.state.reason = canaries.plain('an alarm’s reason')
    alarm.detail.configuration.description = canaries.plain('an alarm’s description')
    const unknown = { 'detail-type': canaries.shaped('a name'), detail: { x: canaries.plain('a detail') } }
    mkdirSync(inside('secret'))
    for (const [index, each] of [withSecrets, alarm, unknown].entries())
      writeFileSync(inside(`secret/${index}.json`), JSON.stringify(each))
    for (const form of [['--json'], []]) {
      const { out, complaints } = await typed('replay', inside('secret'), ...form)
      expect(out.length).toBeGreaterThan(500)
      expect(told(canaries, out + complaints)).toEqual([])
    }
  })
})

describe('validate', () => {
  it('tells no secret of a policy, wherever it was written', async () => {
    const canaries = createCanaries()
    const bad = canaries
      .shaped('a policy')
      .split('; ')
      .map(each => JSON.stringify(each))
    for (const secret of bad) {
      const text = [
        'version: 1',
        `mode: ${secret}`,
        `slack: { channel: ${secret}, token: ${secret}, ${secret}: 1 }`,
        `services: [{ match: { cluster: ${secret}, service: [${secret}] }, scale: { min: ${secret}, max: 1, triggers: [{ alarm: a, steps: [{ add: ${secret} }] }] } }]`,
        `tasks: [{ match: { cluster: c, family: ${secret} }, heal: { restart: { on: [${secret}], backoff: ${secret} } } }]`,
        `${secret}: ${secret}`,
      ].join('\n')
      writeFileSync(inside('secret.yml'), text)
      for (const form of [['--json'], []]) {
        const { code, out, complaints } = await typed(
          'validate',
          inside('secret.yml'),
          '--clusters',
          'prod',
          ...form,
        )
        expect(code).toBe(1)
        expect(out.length).toBeGreaterThan(100)
        expect(told(canaries, out + complaints)).toEqual([])
      }
      writeFileSync(
        inside('broken.yml'),
        `${text}
  }: ${secret} @`,
      )
      const broken = await typed('validate', inside('broken.yml'))
      expect(told(canaries, broken.out)).toEqual([])
    }
  })
})
