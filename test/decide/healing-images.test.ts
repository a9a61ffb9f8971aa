import { describe, expect, it } from 'vitest'
import { decide } from '../../src/healing/decide.ts'
import type { ImageReadings } from '../../src/healing/images.ts'
import { decideRetirements } from '../../src/healing/planned/decide-retirements.ts'
import { dailyWindow } from '../../src/healing/planned/window-notation.ts'
import { readImagesOf } from '../../src/healing/read-images.ts'
import { ecrImageOf, imageKey } from '../../src/model/image.ts'
import { type Answer, answered, type Reading, refused } from '../../src/model/reading.ts'
import type { Task } from '../../src/model/task.ts'
import { day } from '../../src/model/time.ts'
import {
  container,
  crashed,
  firstRestart,
  lines,
  now,
  policy,
  running,
  spec,
  stop,
  view,
} from './healing-tasks.ts'

/** Restarts of tasks whose images are, or may be, no longer what they were. */

const host = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'
const digestA = `sha256:${'a'.repeat(64)}`
const digestB = `sha256:${'b'.repeat(64)}`

const ofImage = (image: string, change: Partial<Task> = {}, imageDigest: string | null = digestA): Task =>
  crashed('a', { containers: [container({ exitCode: 1, image, imageDigest })], ...change })

const said = (value: string | null): Reading<string | null> => ({ kind: 'value', value, observedAtMs: now })
const unread: Reading<string | null> = {
  kind: 'failed',
  failure: { operation: 'ecr:DescribeImages', code: 'denied', message: 'no' },
}

const readings = (entries: Record<string, Reading<string | null>>): ImageReadings =>
  new Map(
    Object.entries(entries).map(([name, reading]) => {
      const image = ecrImageOf(name)
      if (!image) throw new Error(name)
      return [imageKey(image), reading]
    }),
  )

const verdictOn = (task: Task, images?: ImageReadings) =>
  decide({ ...view([stop(task)]), ...(images ? { images } : {}) }, policy(), undefined, now)

const restart = ['restart a #1 of a!']
const gone = ['leave a image-gone!']

describe('an image of ECR', () => {
  it.each<[string, Task, ImageReadings | undefined, string[]]>([
    ['that is there', ofImage(`${host}/etl:1`), readings({ [`${host}/etl:1`]: said(digestA) }), restart],
    ['whose tag is gone', ofImage(`${host}/etl:1`), readings({ [`${host}/etl:1`]: said(null) }), gone],
    [
      'whose pinned digest is gone',
      ofImage(`${host}/etl@${digestA}`),
      readings({ [`${host}/etl@${digestA}`]: said(null) }),
      gone,
    ],
    ['that could not be read', ofImage(`${host}/etl:1`), readings({ [`${host}/etl:1`]: unread }), restart],
    ['that nobody asked about', ofImage(`${host}/etl:1`), undefined, restart],
    ['of which nothing is known', ofImage(`${host}/etl:1`), new Map(), restart],
    [
      'of another repository is gone',
      ofImage(`${host}/etl:1`),
      readings({ [`${host}/other:1`]: said(null) }),
      restart,
    ],
    [
      'on a machine, which may still have it',
      ofImage(`${host}/etl:1`, { launchType: 'EC2' }),
      readings({ [`${host}/etl:1`]: said(null) }),
      restart,
    ],
    [
      'on Fargate Spot',
      ofImage(`${host}/etl:1`, { launchType: null, capacityProvider: 'FARGATE_SPOT' }),
      readings({ [`${host}/etl:1`]: said(null) }),
      gone,
    ],
  ])('%s', (_, task, images, told) => {
    expect(lines(verdictOn(task, images))).toEqual(told)
  })

  it('of a second container, and of none that AWS injects', () => {
    const images = readings({ [`${host}/etl:1`]: said(digestA), [`${host}/log:1`]: said(null) })
    const both = (name: string) =>
      crashed('a', {
        containers: [
          container({ exitCode: 1, image: `${host}/etl:1` }),
          container({ name, image: `${host}/log:1` }),
        ],
      })
    expect(verdictOn(both('log'), images).decisions[0]?.because).toMatchObject({
      code: 'image-gone',
      image: 'log:1',
    })
    expect(lines(verdictOn(both('aws-guardduty-agent-a1b2c3'), images))).toEqual(restart)
  })

  it('is settled, and waits for no replacement', () => {
    const verdict = verdictOn(ofImage(`${host}/etl:1`), readings({ [`${host}/etl:1`]: said(null) }))
    expect(verdict.settled).toEqual([{ key: 'task/a', resolution: 'image-gone' }])
    expect(verdict.memory.recovering).toEqual({})
  })
})

describe('a tag that names another image by now', () => {
  const movedOn = (task: Task, reading: Reading<string | null>) =>
    firstRestart(verdictOn(task, readings({ [`${host}/etl:1`]: reading })))?.because

  it('is run, and said', () => {
    expect(movedOn(ofImage(`${host}/etl:1`), said(digestB))).toMatchObject({
      code: 'restart',
      moved: { image: 'etl:1', ran: 'sha256:aaaaaaaaaaaa', now: 'sha256:bbbbbbbbbbbb' },
    })
  })

  it.each<[string, Task, Reading<string | null>]>([
    ['it is the same', ofImage(`${host}/etl:1`), said(digestA)],
    ['nobody tells what ran', ofImage(`${host}/etl:1`, {}, null), said(digestB)],
    ['nobody tells what it names', ofImage(`${host}/etl:1`), unread],
  ])('is not said where %s', (_, task, reading) => {
    expect(movedOn(task, reading)).not.toHaveProperty('moved')
  })
})

describe('ECR is asked', () => {
  const port = (answers: Record<string, Answer<string | null>>) => {
    const asked: string[] = []
    return {
      asked,
      ports: {
        clock: { now: () => now },
        images: {
          digestOf: async (image: Parameters<typeof imageKey>[0]) => {
            asked.push(imageKey(image))
            return answers[imageKey(image)] ?? refused('ecr:DescribeImages', 'unavailable', 'no')
          },
        },
      },
    }
  }
  const key = (name: string) => `123456789012/eu-west-1/${name}`
  const asking = async (tasks: Task[], answers: Record<string, Answer<string | null>>) => {
    const { ports, asked } = port(answers)
    const stops = tasks.map(task => stop(task))
    const images = await readImagesOf(
      ports,
      tasks,
      known => decide({ ...view(stops), images: known }, policy(), undefined, now).decisions,
    )
    return { asked, lines: lines(decide({ ...view(stops), images }, policy(), undefined, now)) }
  }
  const task = (id: string, image: string, change: Partial<Task> = {}) =>
    crashed(id, { containers: [container({ exitCode: 1, image, imageDigest: digestA })], ...change })

  it('once for each image, of tasks that would be run now', async () => {
    const { asked, lines: told } = await asking(
      [
        task('a', `${host}/etl:1`),
        task('b', `${host}/etl:1`),
        task('c', `${host}/etl:2`),
        task('d', 'docker.io/etl:3'),
        // Its back-off is not over.
        task('e', `${host}/etl:4`, { stoppedAtMs: now - 1_000, stoppingAtMs: now - 2_000 }),
        task('f', `${host}/etl:5`, { containers: [container({ exitCode: 0, image: `${host}/etl:5` })] }),
      ],
      { [key('etl:1')]: answered(null), [key('etl:2')]: answered(digestA) },
    )
    expect(asked).toEqual([key('etl:1'), key('etl:2')])
    expect(told).toEqual(
      expect.arrayContaining(['leave a image-gone!', 'leave b image-gone!', 'restart c #1 of c!']),
    )
  })

  it('of those whose turn comes because others are gone', async () => {
    const many = Array.from({ length: 20 }, (_, index) => task(`a${index}`, `${host}/gone:1`))
    const next = task('z', `${host}/etl:1`)
    const { asked, lines: told } = await asking([...many, next], {
      [key('gone:1')]: answered(null),
      [key('etl:1')]: answered(null),
    })
    expect(asked).toEqual([key('gone:1'), key('etl:1')])
    expect(told).toContain('leave z image-gone!')
  })

  it('and tries what it did not tell', async () => {
    const { lines: told } = await asking([task('a', `${host}/etl:1`)], {})
    expect(told).toEqual(['restart a #1 of a!'])
  })

  it('for no more than twenty in one look', async () => {
    const many = Array.from({ length: 20 }, (_, index) =>
      crashed(`a${index}`, {
        containers: [1, 2].map(n =>
          container({ name: `c${n}`, exitCode: 1, image: `${host}/etl:${index}-${n}` }),
        ),
      }),
    )
    const { asked } = await asking(many, {})
    expect(asked).toHaveLength(20)
  })
})

describe('a task that AWS will stop', () => {
  const planned = {
    ...policy(),
    retirement: { window: dailyWindow.parse('03:00-05:00 Europe/Berlin'), atOnce: 1 },
  }
  const decided = (reading: Reading<string | null>) => {
    const image = `${host}/etl:1`
    const task = running('a', {
      startedAtMs: now - 9 * day,
      containers: [container({ lastStatus: 'RUNNING', image, imageDigest: digestA })],
    })
    const retiring = {
      retirement: { taskId: 'a', atMs: now + 7 * day },
      task,
      spec: { kind: 'value' as const, value: spec('a'), observedAtMs: now },
    }
    return decideRetirements([retiring], [], planned, undefined, now, readings({ [image]: reading }))
  }

  it('gets no other in its place when its image is gone, which is told once', () => {
    const { decisions, settled } = decided(said(null))
    expect(decisions).toMatchObject([
      { hold: 'healing', about: 'a', tell: true, because: { code: 'retirement-image-gone', image: 'etl:1' } },
    ])
    expect(settled).toEqual([{ key: 'retirement/a', resolution: 'retirement-image-gone' }])
  })

  it.each([
    ['there', said(digestA)],
    ['not read', unread],
  ])('is replaced when it is %s', (_, reading) => {
    expect(decided(reading).decisions).toMatchObject([{ do: { verb: 'run-task' } }])
  })
})
