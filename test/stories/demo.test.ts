import { describe, expect, it } from 'vitest'
import { play } from '../../src/cli/demo/demo.ts'
import { headlessScreen } from '../../src/cli/demo/screen.ts'
import { type StoryName, stories } from '../../src/cli/demo/stories.ts'
import { morning } from '../../src/cli/demo/story.ts'

async function told(seed: number, name: StoryName = 'morning'): Promise<{ wrong: number; text: string }> {
  let text = ''
  const wrong = await stories[name].play(
    seed,
    headlessScreen(lines => {
      text += lines
    }),
  )
  return { wrong, text }
}

describe('the demo', () => {
  it('the same seed tells the same story, byte for byte', async () => {
    expect((await told(7)).text).toBe((await told(7)).text)
  })

  it('another seed tells another one', async () => {
    expect((await told(7)).text).not.toBe((await told(8)).text)
  })

  it('tells each act as the Slack message and the metric it is', async () => {
    const { text } = await told(1)
    for (const line of [
      'slack  #ops  ● checkout (prod): Longshore scaled out, 2 → 4 tasks',
      'checkout-cpu-high is 25 over its threshold of 75 (100): the step adds 100 % of 2 tasks.',
      'slack  #ops  ● checkout (prod): Longshore scaled in, 3 → 2 tasks',
      'hold   etl-nightly: Stopped: out of memory. Attempt 1 of 5 waits 10 s',
      'slack  #ops  ● etl-nightly (prod): Longshore ran a stopped task again',
      'metric Decisions 1 (room=healing, outcome=done) · Restarts 1',
      'metric StopsByCause 1 (cause=oom)',
      'slack  #ops  – thumbnailer (prod): Longshore left a stopped task as it is',
      'Stopped by a user: left alone.',
    ])
      expect(text).toContain(line)
  })

  it('of healing tells what was done, or what to do', async () => {
    const { text } = await told(1, 'healing')
    for (const line of [
      'Run again with 3,072 MiB instead of 2,048 MiB, attempt 1 of 5',
      'Not run again, it would fail the same way. Push the image',
      'slack  #ops  ● checkout (prod): Longshore rolled back to an earlier revision',
      'From: checkout:2 · To: checkout:1',
      'Changed since checkout:1: image shop/checkout:812 → shop/checkout:813; environment +',
      'Log of web: Error: too many open connections to the ledger',
      'slack  #ops  ● report (prod): Longshore stopped a task',
      'Another is started in its place when the window of heal.retirement opens, at',
      'slack  #ops  ● indexer (prod): Longshore started another task in the place of one whose machine is in trouble',
    ])
      expect(text).toContain(line)
  })

  it('tells no value of an override', async () => {
    expect((await told(1)).text).not.toContain('a secret that nobody is told')
  })

  it('tells no value of a variable, and no password that an application wrote into its log', async () => {
    const { text } = await told(1, 'healing')
    expect(text).toContain('Log of web: ledger: connect ETIMEDOUT 10.0.7.12:443, password=[redacted]')
    expect(text).not.toContain('nobody-is-told')
  })

  it('says so when a promise is broken', async () => {
    const broken = [
      {
        title: 'Nothing',
        play: async (stage: Parameters<(typeof morning.chapters)[0]['play']>[0]) =>
          stage.check(false, 'pigs fly'),
      },
    ]
    const text: string[] = []
    const wrong = await play(
      { ...morning, chapters: broken },
      1,
      headlessScreen(lines => text.push(lines)),
    )
    expect(wrong).toBe(1)
    expect(text.join('')).toContain('WRONG  ✗ not so: pigs fly')
  })
})
