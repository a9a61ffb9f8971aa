import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BacktestOptions, backtestCommand } from '../../src/cli/backtest/command.ts'
import { type Run, typed } from '../doors/typed.ts'
import { outcome, standing } from './outcomes.ts'

/** `longshore backtest` as its users meet it, on histories of some hours. */

let folder: string
const inside = (name: string): string => join(folder, name)

/** Three hours by minutes, about 10 requests a second, with a step to 60 in the middle. */
const rows = (start = 0): string =>
  Array.from({ length: 180 }, (_, at) => `${start + at * 60},${at < 90 ? 600 : 3_600}\n`).join('')
const header = `# trace: steps
# interval_s: 60
# start: 2026-11-23T08:00:00Z
# kind: web
# slo_delay_s: 1
# capacity_per_task_per_s: 50
timestamp_s,value
`

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-backtest-'))
  writeFileSync(inside('steps.csv'), header + rows())
  writeFileSync(
    inside('queue.csv'),
    header.replace('web', 'queue').replace('steps', 'jobs').replace('_s: 1\n', '_s: 120\n') + rows(),
  )
  writeFileSync(inside('plain.txt'), `timestamp,value\n${rows(1_795_420_800)}`)
  writeFileSync(inside('twice.csv'), `${header}0,600\n${rows()}`)
  writeFileSync(inside('empty.csv'), '')
  writeFileSync(inside('words.csv'), `${header}${'a,b\n'.repeat(9)}`)
  writeFileSync(inside('alarms.yml'), policy('[{ alarm: high, steps: [{ from: 0, add: 1 }] }]'))
  writeFileSync(inside('idle.yml'), policy('[]'))
  writeFileSync(
    inside('broken.yml'),
    'version: 1\nmode: act\nservices: [{ match: { cluster: prod, service: web }, scale: { mni: 1, max: 5 } }]\n',
  )
  mkdirSync(inside('empty'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const policy = (triggers: string): string => `version: 1
mode: observe
services:
  - match: { cluster: prod, service: checkout }
    scale: { min: 3, max: 9, triggers: ${triggers} }
`

const longshoreBacktest = (...args: string[]) =>
  typed('backtest', '--jobs=1', ...args.map(each => each.replace('FOLDER', folder)))

describe('longshore backtest', () => {
  it('shows a table, the best first, and what it comes to', async () => {
    const { code, out, complaints } = await longshoreBacktest('FOLDER/steps.csv', '--against=hpa,static')
    expect({ code, complaints }).toEqual({ code: 0, complaints: '' })
    expect(out).toMatch(
      /^steps: web, 3 hours, 50 requests a second per task, late after 1 s\.\n\npolicy +setting +late +cost +task-hours +actions\/day +p99 wait +longest breach\n─+\n/,
    )
    expect(out).toMatch(/\nhpa +target 70% /)
    expect(out).toMatch(/\nstatic +100% of peak /)
    expect(out).toMatch(/\nCost 1 is the clairvoyant optimum: \d+ task-hours\.\n/)
  })

  it('answers one JSON object per history, the same on however many threads', async () => {
    const args = ['FOLDER/steps.csv', 'FOLDER/queue.csv', '--json', '--against=keda,static']
    const one = await longshoreBacktest(...args)
    const lines = one.out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(lines.map(({ history }) => history)).toEqual(['steps', 'jobs'])
    for (const line of lines) {
      expect(Object.keys(line)).toEqual(['history', 'policies', 'optimum', 'equalViolation'])
      expect(line.policies.map(({ name }: { name: string }) => name).toSorted()).toEqual([
        'keda',
        'slo',
        'static',
      ])
      for (const policy of line.policies)
        expect(policy).toEqual({
          name: expect.any(String),
          setting: expect.any(String),
          V: expect.any(Number),
          C: expect.any(Number),
          F: expect.any(Number),
          J: expect.any(Number),
          taskHours: expect.any(Number),
          actionsPerDay: expect.any(Number),
          p99WaitSeconds: expect.any(Number),
          longestBreachMinutes: expect.any(Number),
        })
      expect(line.optimum.taskHours).toBeGreaterThan(0)
      expect(line.equalViolation).toEqual([])
    }
    expect((await longshoreBacktest(...args, '--jobs=2')).out).toBe(one.out)
  })

  it('sweeps every setting, and then knows what each costs when equally late', async () => {
    const { out } = await longshoreBacktest('FOLDER/steps.csv', '--json', '--sweep', '--against=static')
    const { policies, equalViolation } = JSON.parse(out)
    expect(policies.length).toBeGreaterThan(5)
    expect(equalViolation).toContainEqual({ V: 0.01, policy: 'static', C: expect.any(Number) })
  })

  it('takes a plain file when capacity and deadline are said, and replays it as it is', async () => {
    const { code, out } = await longshoreBacktest(
      'FOLDER/plain.txt',
      '--capacity=25',
      '--deadline=500ms',
      '--against=static',
    )
    expect(code).toBe(0)
    expect(out).toContain('plain: web, 3 hours, 25 requests a second per task, late after 0.5 s.\n\n')
  })

  it.each([
    [['--task-rate=100'], 'Scaled by 2, so that one task serves 100 requests a second.'],
    [['--capacity=20'], 'steps: web, 3 hours, 20 requests a second per task'],
  ])('scales with %j', async (args, sentence) => {
    const { out } = await longshoreBacktest('FOLDER/steps.csv', '--against=static', ...args)
    expect(out).toContain(sentence)
  })

  it('says what was mended above the table', async () => {
    const { code, out } = await longshoreBacktest('FOLDER/twice.csv', '--against=static')
    expect(code).toBe(0)
    expect(out.split('\n')[1]).toMatch(/^Mended: line \d+: /)
  })

  it('keeps within the bounds of the policy', async () => {
    const args = ['FOLDER/steps.csv', '--against=static', '--json']
    const free = await longshoreBacktest(...args)
    const bound = await longshoreBacktest(...args, '--policy=FOLDER/alarms.yml')
    expect(bound.code).toBe(0)
    const taskHours = ({ out }: Run): number => JSON.parse(out).policies[0].taskHours
    // Two tasks are enough; the policy says three. The last two of three hours count.
    expect([taskHours(free), taskHours(bound)]).toEqual([4, 6])
  })

  it('writes a page with pictures, whole or not at all', async () => {
    const { code, out } = await longshoreBacktest(
      'FOLDER/steps.csv',
      '--against=static,hpa',
      '--html=FOLDER/report.html',
    )
    expect(code).toBe(0)
    expect(out).toMatch(/\nPictures: \S+report\.html\n$/)
    const page = readFileSync(inside('report.html'), 'utf8')
    expect(page.match(/<svg /g)).toHaveLength(4)
    expect(page).toMatch(/<\/html>\n$/)
    expect(readdirSync(folder).filter(name => name.startsWith('.'))).toEqual([])
  })
})

describe('what ours comes to', () => {
  it('stands in JSON as slo, and first in the sentences', async () => {
    const seen: string[] = []
    const base: BacktestOptions = {
      ...{
        policy: null,
        rule: null,
        signals: 60,
        start: 'fixed',
        sweep: false,
        capacity: null,
        deadline: null,
      },
      ...{
        kind: null,
        taskRate: null,
        late: 0.001,
        seed: 1,
        jobs: 1,
        html: null,
        service: null,
        queue: null,
      },
      ...{ days: 14, save: null, against: ['hpa'], json: false, files: [inside('steps.csv')] },
      write: text => seen.push(text),
      complain: text => seen.push(text),
      status: text => seen.push(`(${text})`),
      emphasis: line => line,
      openAws: () => {
        throw new Error('nothing is to be fetched')
      },
      nowMs: 0,
      run: async (_, { onRun }) => {
        onRun({ history: 0, runs: 3, done: 1 })
        return [outcome([standing('slo', 'late 0.1%', 0, 1), standing('hpa', 'target 70%', 0.002, 1.25)])]
      },
    } as BacktestOptions
    expect(await backtestCommand(base)).toBe(0)
    expect(seen[0]).toBe('(1 of 2 policies, 3 replays: steps)')
    expect(seen[1]).toContain('slo 0.1 % late: 20 % cheaper than HPA at 70 %, nothing late instead of 0.2 %.')
    await backtestCommand({ ...base, json: true, status: null })
    expect(JSON.parse(seen[2] ?? '').policies[0]).toMatchObject({ name: 'slo', V: 0, C: 1 })
  })
})

describe('bad input', () => {
  it.each<[args: string[], sentence: string]>([
    [[], 'Name a history, as in: longshore backtest history.csv, or a service: --service prod/checkout.'],
    [
      ['FOLDER/gone.csv'],
      'FOLDER/gone.csv: no such file. Name a history, as in: longshore backtest history.csv',
    ],
    [['FOLDER/empty'], 'FOLDER/empty: this is a folder. Name the file in it.'],
    [['FOLDER/empty.csv'], 'FOLDER/empty.csv: The file is empty.'],
    [['FOLDER/words.csv'], 'FOLDER/words.csv:'],
    [
      ['FOLDER/plain.txt', '--deadline=1s'],
      'FOLDER/plain.txt: How much one task serves a second is not said',
    ],
    [['FOLDER/plain.txt', '--capacity=5'], 'FOLDER/plain.txt: How long a request may wait is not said'],
    [
      ['FOLDER/steps.csv', '--service=prod/checkout'],
      'Name files, or a service or queue in CloudWatch; not both at once.',
    ],
    [
      ['FOLDER/steps.csv', '--save=x.csv'],
      '--save keeps what is fetched from CloudWatch. Name a --service or a --queue.',
    ],
    [
      ['FOLDER/steps.csv', '--rule=a/b'],
      '--rule chooses a rule of a policy. Name it, as in --policy longshore.yml.',
    ],
    [['FOLDER/steps.csv', '--against=kede'], '"kede" is no peer. Did you mean keda?'],
    [['FOLDER/steps.csv', '--against='], '"" is no peer. Write all, none, or some of target-tracking'],
    [['FOLDER/steps.csv', '--signals=30'], 'Did you mean'],
    [['FOLDER/steps.csv', '--kind=batch'], 'Write web or queue.'],
    [['FOLDER/steps.csv', '--capacity=0'], 'Write requests a second, as in 50 or 0.5.'],
    [['FOLDER/steps.csv', '--task-rate=many'], 'Write requests a second, as in 50 or 0.5.'],
    [['FOLDER/steps.csv', '--deadline=1'], 'Write a duration, as in 1s, 2m or 500ms.'],
    [['FOLDER/steps.csv', '--late=0.1'], 'Write a share above 0% and up to 50%, as in --late 0.1%.'],
    [['FOLDER/steps.csv', '--late=0%'], 'Write a share above 0% and up to 50%, as in --late 0.1%.'],
    [['FOLDER/steps.csv', '--jobs=0'], 'Write a number of threads from 1 to 256.'],
    [['--service=checkout'], 'Write the cluster and the service, as in prod/checkout.'],
    [['--queue=https://sqs/orders'], 'Write the name of the queue, as in orders or orders.fifo.'],
    [['--queue=orders', '--days=90'], 'Write days from 1 to 63.'],
    [
      ['--queue=orders', '--deadline=1s'],
      'CloudWatch does not know what one task can serve. Say it, as in --capacity 50 (a second).',
    ],
    [
      ['--queue=orders', '--capacity=5'],
      'CloudWatch does not know what is late. Say it, as in --deadline 1s.',
    ],
    [['FOLDER/steps.csv', '--html=FOLDER/empty'], 'FOLDER/empty: this is a folder. Name a file in it.'],
    [['FOLDER/steps.csv', '--html=FOLDER/no/x.html'], 'FOLDER/no/x.html: there is no such folder.'],
    [
      ['FOLDER/steps.csv', '--policy=FOLDER/gone.yml'],
      'FOLDER/gone.yml: no such file. Name the policy, as in: --policy longshore.yml',
    ],
    [['FOLDER/steps.csv', '--policy=FOLDER/broken.yml'], 'mni: no such key. Did you mean min?'],
    [
      ['FOLDER/steps.csv', '--policy=FOLDER/idle.yml'],
      'FOLDER/idle.yml: there is no service rule with triggers, so nothing could be replayed.',
    ],
    [
      ['FOLDER/steps.csv', '--policy=FOLDER/alarms.yml', '--rule=prod/other'],
      'there is no rule with triggers for prod/other, so nothing could be replayed.',
    ],
    [['FOLDER/steps.csv', '--swep'], "unknown option '--swep'"],
  ])('%j: %s', async (args, sentence) => {
    const before = readdirSync(folder)
    const { code, out, complaints } = await longshoreBacktest(...args)
    expect(complaints.replaceAll(folder, 'FOLDER')).toContain(sentence)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(readdirSync(folder)).toEqual(before)
  })

  it('of several files is told of all of them before anything is replayed', async () => {
    const { out, complaints } = await longshoreBacktest(
      'FOLDER/steps.csv',
      'FOLDER/gone.csv',
      'FOLDER/empty.csv',
    )
    expect(complaints.trimEnd().split('\n')).toHaveLength(2)
    expect(out).toBe('')
  })
})
