import { setTimeout as wait } from 'node:timers/promises'
import { styleText } from 'node:util'
import { createLogUpdate } from 'log-update'
import wrapAnsi from 'wrap-ansi'
import { clockTime } from '../../model/time.ts'

/** Who speaks in a line of the story. */
export const voices = [
  'title',
  'world',
  'alarm',
  'task',
  'hold',
  'slack',
  'metric',
  'check',
  'wrong',
] as const
export type Voice = (typeof voices)[number]

export interface Screen {
  /** One line, or several of one speaker. */
  say(voice: Voice, atMs: number, lines: string[]): Promise<void>
  /** What stands below the story while it goes on. */
  status(text: string): void
  end(): void
}

/** Columns before a line's own words: the time and who speaks. */
const marginColumns = 17

function rendered(voice: Voice, atMs: number, lines: string[], columns: number): string[] {
  if (voice === 'title') return ['', ...lines, '']
  const wrapped = lines.flatMap(line => broken(line, columns - marginColumns))
  return wrapped.map((line, index) =>
    `${index === 0 ? clockTime(atMs) : '        '}  ${(index === 0 ? nameOf(voice) : '').padEnd(7)}${line}`.trimEnd(),
  )
}

/** What does not fit goes on below, a little further in. */
function broken(line: string, columns: number): string[] {
  const margin = line.slice(0, line.length - line.trimStart().length)
  const [first = '', ...rest] = wrapAnsi(line.trim(), columns - margin.length - 2).split('\n')
  return [margin + first, ...rest.map(each => `${margin}  ${each}`)]
}

const nameOf = (voice: Voice): string => (voice === 'wrong' ? 'WRONG' : voice)

/** The same story everywhere, whatever the terminal. */
const headlessColumns = 160

/** Plain lines, at once. */
export const headlessScreen = (write: (text: string) => void, columns = headlessColumns): Screen => ({
  async say(voice, atMs, lines) {
    write(`${rendered(voice, atMs, lines, columns).join('\n')}\n`)
  },
  status() {},
  end() {},
})

const styles: Partial<Record<Voice, Parameters<typeof styleText>[0]>> = {
  title: ['bold', 'cyan'],
  alarm: 'yellow',
  slack: 'bold',
  hold: 'blue',
  metric: 'dim',
  check: 'green',
  wrong: ['bold', 'red'],
}

/** Slow enough to be read along; the story of some 120 lines stays well under a minute. */
const lineMs = 140

/** In colour, line by line, with a line below it that tells how things stand. */
export function animatedScreen(stream: NodeJS.WriteStream): Screen {
  const live = createLogUpdate(stream)
  let below = ''
  return {
    async say(voice, atMs, lines) {
      const style = styles[voice]
      for (const line of rendered(voice, atMs, lines, Math.max(60, stream.columns))) {
        live.clear()
        stream.write(`${style ? styleText(style, line, { stream }) : line}\n`)
        live(below)
        await wait(lineMs)
      }
    },
    status(text) {
      below = styleText('inverse', ` ${text} `, { stream })
      live(below)
    },
    end() {
      live.clear()
      live.done()
    },
  }
}
