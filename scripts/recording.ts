import { writeFile } from 'node:fs/promises'
import { play } from '../src/cli/demo/demo.ts'
import { headlessScreen, type Screen, type Voice } from '../src/cli/demo/screen.ts'
import { morning } from '../src/cli/demo/story.ts'

/**
 * Draws docs/demo.svg, the recording in the README: two chapters of the demo as a terminal tells them, line by line.
 * A viewer without animation sees all lines at once.
 *
 *     node scripts/recording.ts
 */

const columns = 118
const lineHeight = 19
const charWidth = 8.05
const padding = 18
const lineSeconds = 0.3

const colours: Record<Voice, string> = {
  title: '#7dd3fc',
  world: '#cbd5e1',
  alarm: '#facc15',
  task: '#e2e8f0',
  hold: '#93c5fd',
  slack: '#ffffff',
  metric: '#94a3b8',
  check: '#86efac',
  wrong: '#fca5a5',
}

/** Chapters by their place in the story. */
const shown = [2, 3]

export async function recording(): Promise<string> {
  const lines: { voice: Voice; text: string }[] = [{ voice: 'metric', text: '$ npm run demo' }]
  let chapter = -1
  let voice: Voice = 'title'
  const plain = headlessScreen(text => {
    if (!shown.includes(chapter)) return
    for (const line of text.replace(/\n$/, '').split('\n')) lines.push({ voice, text: line })
  }, columns)
  const screen: Screen = {
    ...plain,
    say(speaker, atMs, words) {
      voice = speaker
      if (speaker === 'title') chapter += 1
      return plain.say(speaker, atMs, words)
    },
  }
  await play(morning, 1, screen)
  return svg(lines)
}

function svg(lines: { voice: Voice; text: string }[]): string {
  const width = Math.round(columns * charWidth + 2 * padding)
  const height = lines.length * lineHeight + 2 * padding + 14
  const texts = lines.map(({ voice, text }, index) => {
    const y = padding + 24 + index * lineHeight
    const delay = (index * lineSeconds).toFixed(2)
    const weight = voice === 'slack' || voice === 'title' ? ' font-weight="bold"' : ''
    return `<text x="${padding}" y="${y}" fill="${colours[voice]}"${weight} style="animation-delay:${delay}s">${escaped(text)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Two chapters of the Longshore demo in a terminal">
<style>text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre;animation:show .01s backwards}@keyframes show{from{opacity:0}}@media(prefers-reduced-motion){text{animation:none}}</style>
<rect width="100%" height="100%" rx="8" fill="#0f172a"/>
${texts.join('\n')}
</svg>
`
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

if (import.meta.main) await writeFile('docs/demo.svg', await recording())
