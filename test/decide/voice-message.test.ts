import { describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../src/model/decision.ts'
import { familyTarget, serviceTarget } from '../../src/model/target.ts'
import { plainLines, slackMessage } from '../../src/voice/message.ts'

/** 23 November 2026, 08:46:26 UTC. */
const atMs = 1_795_423_586_000

const restart: JournalEntry = {
  id: '01kt4m2x9c',
  target: familyTarget('prod', 'etl-nightly'),
  atMs,
  room: 'healing',
  outcome: 'done',
  verb: 'run-task',
  about: '1f2e',
  because: { code: 'restart' },
  sentence: 'Task 1f2e ran out of memory (exit 137, limit 2,048 MB): restart 2 of 5 after 20 s.',
  failure: null,
  change: null,
  untilMs: null,
  facts: [
    { label: 'Cause', value: 'oom' },
    { label: 'Attempt', value: '2 of 5' },
    { label: 'New task', value: '9c0d' },
  ],
  tell: true,
}

const scaleOut: JournalEntry = {
  ...restart,
  id: '01kt4m2x9d',
  target: serviceTarget('prod', 'checkout'),
  room: 'scaling',
  verb: 'update-service',
  about: null,
  sentence: 'Alarm checkout-p99-high is 620 over its threshold: the step adds 25%, 4 → 5.',
  facts: [{ label: 'Desired count', value: '4 → 5' }],
}

const ops = { channel: '#ops' }
const toOps = (entry: JournalEntry) => slackMessage(entry, ops)

interface Shown {
  type: string
  text?: { text: string }
  elements?: { text: string }[]
}
/** What stands in each block, in order. */
const blockTexts = (entry: JournalEntry): string[] =>
  (toOps(entry).blocks as unknown as Shown[]).map(
    block => block.text?.text ?? block.elements?.map(element => element.text).join('|') ?? '',
  )

it('a line without facts has no empty one', () => {
  expect(plainLines({ ...scaleOut, facts: [] })).toEqual([
    '● checkout (prod): Longshore changed the number of tasks',
    '  Alarm checkout-p99-high is 620 over its threshold: the step adds 25%, 4 → 5.',
    '  service/prod/checkout · Mode: act · 08:46:26 UTC · id 01kt4m2x9d',
  ])
})

describe('the first line says what a phone shows', () => {
  const change = { from: 4, to: 5 }
  const untilMs = atMs + 10_000
  it.each<[string, Partial<JournalEntry>, string]>([
    ['a scale-out', { change }, '● checkout (prod): Longshore scaled out, 4 → 5 tasks'],
    ['a scale-in', { change: { from: 5, to: 4 } }, '● checkout (prod): Longshore scaled in, 5 → 4 tasks'],
    [
      'mode observe',
      { change, outcome: 'observed' },
      '○ checkout (prod): Longshore would scale out, 4 → 5 tasks',
    ],
    [
      'a failed one',
      { change, outcome: 'failed' },
      '✗ checkout (prod): Longshore could not change the number of tasks',
    ],
    [
      'a wait',
      { outcome: 'held', verb: null, untilMs },
      '– checkout (prod): Longshore waits until 08:46:36 UTC',
    ],
    [
      'a hold about an act',
      { change, outcome: 'held' },
      '– checkout (prod): Longshore left the number of tasks as it is',
    ],
    ['no act at all', { verb: null }, '● checkout (prod): Longshore left the number of tasks as it is'],
  ])('%s', (_, entry, line) => {
    expect(plainLines({ ...scaleOut, ...entry })[0]).toBe(line)
  })
})

describe('the message about an act', () => {
  it('is one section and two context lines, with the text for notifications beside them', () => {
    expect(toOps(restart)).toEqual({
      channel: '#ops',
      text: '● etl-nightly (prod): Longshore ran a stopped task again\nTask 1f2e ran out of memory (exit 137, limit 2,048 MB): restart 2 of 5 after 20 s.\nCause: oom · Attempt: 2 of 5 · New task: 9c0d',
      blocks: [
        {
          type: 'section',
          text: {
            type: 'mrkdwn',
            text: '*● etl-nightly (prod): Longshore ran a stopped task again*\nTask 1f2e ran out of memory (exit 137, limit 2,048 MB): restart 2 of 5 after 20 s.',
            verbatim: true,
          },
        },
        {
          type: 'context',
          elements: [
            { type: 'mrkdwn', text: 'Cause: oom · Attempt: 2 of 5 · New task: 9c0d', verbatim: true },
          ],
        },
        {
          type: 'context',
          elements: [
            {
              type: 'mrkdwn',
              text: 'family/prod/etl-nightly · Mode: act · 08:46:26 UTC · id 01kt4m2x9c',
              verbatim: true,
            },
          ],
        },
      ],
    })
  })

  it('names no channel for a webhook', () => {
    expect(slackMessage(restart, { channel: null }).channel).toBeNull()
  })

  it('says the same on a terminal', () => {
    expect(plainLines(scaleOut)).toEqual([
      '● checkout (prod): Longshore changed the number of tasks',
      '  Alarm checkout-p99-high is 620 over its threshold: the step adds 25%, 4 → 5.',
      '  Desired count: 4 → 5',
      '  service/prod/checkout · Mode: act · 08:46:26 UTC · id 01kt4m2x9d',
    ])
  })
})

describe('the first line', () => {
  const etl = 'etl-nightly (prod): Longshore'
  it.each<{ name: string; entry: Partial<JournalEntry>; line: string }>([
    {
      name: 'a change of the count in observe mode',
      entry: { verb: 'update-service', outcome: 'observed' },
      line: `○ ${etl} would change the number of tasks`,
    },
    {
      name: 'a change of the count that failed',
      entry: { verb: 'update-service', outcome: 'failed' },
      line: `✗ ${etl} could not change the number of tasks`,
    },
    {
      name: 'a restart in observe mode',
      entry: { outcome: 'observed' },
      line: `○ ${etl} would run a stopped task again`,
    },
    {
      name: 'a restart that failed',
      entry: { outcome: 'failed' },
      line: `✗ ${etl} could not run a stopped task again`,
    },
    {
      name: 'a restart that was overtaken',
      entry: { outcome: 'superseded' },
      line: `– ${etl} did not run a stopped task again`,
    },
    {
      name: 'a deployment that is stopped',
      entry: { verb: 'stop-deployment' },
      line: `● ${etl} had a deployment rolled back`,
    },
    {
      name: 'a roll-back that failed',
      entry: { verb: 'roll-back-service', outcome: 'failed' },
      line: `✗ ${etl} could not roll back to an earlier revision`,
    },
    {
      name: 'a crash loop',
      entry: { verb: null, outcome: 'held', because: { code: 'crash-loop-not-rolled-back' } },
      line: `– ${etl} sees a crash loop`,
    },
    {
      name: 'a stuck deployment',
      entry: { verb: null, outcome: 'held', because: { code: 'deployment-stuck' } },
      line: `– ${etl} sees a stuck deployment`,
    },
    {
      name: 'a registration',
      entry: { verb: 'register-instance', room: 'discovery' },
      line: `● ${etl} added a task to Cloud Map`,
    },
    {
      name: 'a registration that failed',
      entry: { verb: 'register-instance', room: 'discovery', outcome: 'failed' },
      line: `✗ ${etl} could not add a task to Cloud Map`,
    },
    {
      name: 'a deregistration',
      entry: { verb: 'deregister-instance', room: 'discovery' },
      line: `● ${etl} took a task out of Cloud Map`,
    },
    {
      name: 'a deregistration in observe mode',
      entry: { verb: 'deregister-instance', room: 'discovery', outcome: 'observed' },
      line: `○ ${etl} would take a task out of Cloud Map`,
    },
    {
      name: 'a hold of scaling',
      entry: { verb: null, outcome: 'held', room: 'scaling' },
      line: `– ${etl} left the number of tasks as it is`,
    },
    {
      name: 'a hold of healing',
      entry: { verb: null, outcome: 'held' },
      line: `– ${etl} left a stopped task as it is`,
    },
    {
      name: 'a hold of discovery',
      entry: { verb: null, outcome: 'held', room: 'discovery' },
      line: `– ${etl} left Cloud Map as it is`,
    },
  ])('$name', ({ entry, line }) => {
    expect(plainLines({ ...restart, ...entry })[0]).toBe(line)
    expect(toOps({ ...restart, ...entry }).text.split('\n')[0]).toBe(line)
  })
})

describe('what follows the reason', () => {
  it('observe mode says that nothing was changed', () => {
    expect(plainLines({ ...scaleOut, outcome: 'observed' })).toEqual([
      '○ checkout (prod): Longshore would change the number of tasks',
      '  Alarm checkout-p99-high is 620 over its threshold: the step adds 25%, 4 → 5.',
      '  Mode observe: nothing was changed.',
      '  Desired count: 4 → 5',
      '  service/prod/checkout · Mode: observe · 08:46:26 UTC · id 01kt4m2x9d',
    ])
  })

  it('a failed act says what failed and what happens next', () => {
    const failure = 'ecs:RunTask: RESOURCE:ENI'
    expect(plainLines({ ...restart, outcome: 'failed', failure }).slice(1, 4)).toEqual([
      '  Task 1f2e ran out of memory (exit 137, limit 2,048 MB): restart 2 of 5 after 20 s.',
      '  The call failed: ecs:RunTask: RESOURCE:ENI',
      '  Longshore looks again and decides from what it finds.',
    ])
  })

  it.each([{ failure: null }, { failure: '' }])('a failure without words: $failure', ({ failure }) => {
    expect(plainLines({ ...restart, outcome: 'failed', failure })[2]).toBe(
      '  The call failed without a reason.',
    )
  })

  it('an overtaken act says that it was decided again', () => {
    expect(plainLines({ ...restart, outcome: 'superseded', failure: 'superseded' })[2]).toBe(
      '  Left over from an interrupted look: decided again from the present.',
    )
  })

  it('a hold claims no mode', () => {
    expect(plainLines({ ...restart, verb: null, outcome: 'held' }).at(-1)).toBe(
      '  family/prod/etl-nightly · 08:46:26 UTC · id 01kt4m2x9c',
    )
  })
})

describe('adversarial', () => {
  it('outside text cannot mention, link, break a line or leave the bold', () => {
    const entry = {
      ...restart,
      sentence: 'Task failed:\n*<!channel>* <@U1> & more\u001b[2J',
      facts: [{ label: 'Reason\n', value: '<https://evil.example|ok>\nsecond' }],
    }
    expect(blockTexts(entry)).toEqual([
      '*● etl-nightly (prod): Longshore ran a stopped task again*\nTask failed: *&lt;!channel&gt;* &lt;@U1&gt; &amp; more [2J',
      'Reason : &lt;https://evil.example|ok&gt; second',
      'family/prod/etl-nightly · Mode: act · 08:46:26 UTC · id 01kt4m2x9c',
    ])
    expect(toOps(entry).text.includes('<')).toBe(false)
    expect(plainLines(entry)[1]).toBe('  Task failed: *<!channel>* <@U1> & more [2J')
  })

  it('an empty reason and empty facts leave no empty lines or blocks', () => {
    const entry = { ...restart, sentence: '', facts: [{ label: 'Cause', value: ' ' }] }
    expect(blockTexts(entry)).toEqual([
      '*● etl-nightly (prod): Longshore ran a stopped task again*',
      'family/prod/etl-nightly · Mode: act · 08:46:26 UTC · id 01kt4m2x9c',
    ])
    expect(toOps(entry).text).toBe('● etl-nightly (prod): Longshore ran a stopped task again')
  })

  it('a fact without a label is its value', () => {
    expect(plainLines({ ...restart, facts: [{ label: '', value: 'exit 137' }] })[2]).toBe('  exit 137')
  })

  it('a reason of 100 kB does not push out what failed and what follows', () => {
    const entry = {
      ...restart,
      outcome: 'failed' as const,
      sentence: 'x'.repeat(100_000),
      failure: 'quota: RESOURCE:ENI',
    }
    const [section = ''] = blockTexts(entry)
    expect(section.split('\n')).toEqual([
      '*✗ etl-nightly (prod): Longshore could not run a stopped task again*',
      `${'x'.repeat(779)}…`,
      'The call failed: quota: RESOURCE:ENI',
      'Longshore looks again and decides from what it finds.',
    ])
    expect(plainLines(entry)[1]).toBe(`  ${'x'.repeat(779)}…`)
  })

  const long = 20_000
  it.each([
    { name: 'letters', piece: 'x' },
    { name: 'surrogate pairs', piece: '🚢' },
    { name: 'half surrogate pairs', piece: '\ud83d' },
    { name: 'characters that grow by escaping', piece: '&' },
    { name: 'mentions', piece: '<!channel>' },
    { name: 'line ends', piece: '\n' },
    { name: 'words', piece: 'word ' },
  ])('stays within Slack’s limits with everything as long as can be: $name', ({ piece }) => {
    const text = piece.repeat(long / piece.length)
    const entry: JournalEntry = {
      ...restart,
      id: text,
      target: familyTarget(text, text),
      outcome: 'failed',
      sentence: text,
      failure: text,
      facts: Array.from({ length: 12 }, () => ({ label: text, value: text })),
    }
    const message = toOps(entry)
    const texts = blockTexts(entry)
    expect(message.blocks.length).toBeLessThanOrEqual(50)
    expect(message.text.length).toBeLessThanOrEqual(4_000)
    for (const each of texts) expect(each.length).toBeLessThanOrEqual(3_000)
    expect(texts.join('').length).toBeLessThanOrEqual(13_200)
    for (const each of [...texts, message.text, ...plainLines(entry)]) {
      expect(each).not.toMatch(/\p{Surrogate}/u)
      expect(each).not.toBe('')
    }
    expect(texts.join('')).not.toContain('<')
    expect(texts.join('').replaceAll(/&(amp|lt|gt);/g, '')).not.toContain('&')
  })

  it('changes nothing in the entry', () => {
    const entry = structuredClone(restart)
    toOps(entry)
    plainLines(entry)
    expect(entry).toEqual(restart)
  })
})
