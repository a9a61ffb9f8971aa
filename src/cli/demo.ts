import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import { play } from './demo/demo.ts'
import { animatedScreen, headlessScreen } from './demo/screen.ts'
import { chapters } from './demo/story.ts'

/** `longshore demo`: the real intake, rooms, landing and voice on the small world in fast time. Needs no AWS. */

const wholeNumber = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Write a whole number, as in --seed 7.')
  return Number(text)
}

/** `write`: where the plain lines go; the animation is the terminal's own. */
export function addDemo(program: Command, write: (text: string) => void): void {
  program
    .command('demo')
    .description('a morning on a small ECS in fast time: what Longshore sees, decides, does and says')
    .option('--headless', 'plain lines at once, without animation (so in a pipe)', false)
    .option('--seed <number>', 'another morning; the same seed tells the same story', wholeNumber, 1)
    .addHelpText('after', '\nExample:\n  longshore demo --headless --seed 7')
    .action(async ({ headless, seed }: { headless: boolean; seed: number }) => {
      const animated = process.stdout.isTTY && !headless
      const screen = animated ? animatedScreen(process.stdout) : headlessScreen(write)
      const wrong = await play(chapters, seed, screen)
      process.exitCode = wrong === 0 ? 0 : 1
    })
}
