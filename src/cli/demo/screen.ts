import { setTimeout as wait } from 'node:timers/promises'
import { styleText } from 'node:util'
import { createLogUpdate } from 'log-update'
import { clockTime } from '../../model/time.ts'

/** Who speaks in a line of the story. */
export type Voice = 'title' | 'world' | 'alarm' | 'task' | 'slack' | 'metric' | 'map' | 'check' | 'wrong'

export interface Screen {
  /** One line, or several of one speaker. */
  say(voice: Voice, atMs: number, lines: string[]): Promise<void>
  /** What stands below the story while it goes on. */
  status(text: string): void
  end(): void
}

const names: Record<Voice, string> = {
  title: '',
  world: 'world',
  alarm: 'alarm',
  task: 'task',
  slack: 'slack',
  metric: 'metric',
  map: 'map',
  check: 'check',
  wrong: 'WRONG',
}

function rendered(voice: Voice, atMs: number, lines: string[]): string[] {
  if (voice === 'title') return ['', ...lines, '']
  return lines.map((line, index) =>
    `${index === 0 ? clockTime(atMs) : '        '}  ${(index === 0 ? names[voice] : '').padEnd(7)}${line}`.trimEnd(),
  )
}

/** Plain lines, at once. */
export const headlessScreen = (write: (text: string) => void): Screen => ({
  async say(voice, atMs, lines) {
    write(`${rendered(voice, atMs, lines).join('\n')}\n`)
  },
  status() {},
  end() {},
})

const styles: Partial<Record<Voice, Parameters<typeof styleText>[0]>> = {
  title: ['bold', 'cyan'],
  alarm: 'yellow',
  slack: 'bold',
  metric: 'dim',
  map: 'blue',
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
      for (const line of rendered(voice, atMs, lines)) {
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
