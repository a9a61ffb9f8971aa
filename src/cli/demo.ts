import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import { animatedScreen, headlessScreen } from './demo/screen.ts'
import { type StoryName, stories } from './demo/stories.ts'

/** `longshore demo`: the real intake, rooms, landing and voice on the small world in fast time. Needs no AWS. */

const wholeNumber = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Write a whole number, as in --seed 7.')
  return Number(text)
}

/** `write`: where the plain lines go; the animation is the terminal's own. */
export function addDemo(program: Command, write: (text: string) => void): void {
  program
    .command('demo')
    .description('a story on a small ECS in fast time: what Longshore sees, decides, does and says')
    .addOption(
      new Option('--story <name>', 'which one').choices(Object.keys(stories)).default('morning' as StoryName),
    )
    .option('--headless', 'plain lines at once, without animation (so in a pipe)', false)
    .option(
      '--seed <number>',
      'another one of the same kind; the same seed tells the same story',
      wholeNumber,
      1,
    )
    .addHelpText(
      'after',
      `\nStories:\n${Object.entries(stories)
        .map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
        .join('\n')}\n\nExample:\n  longshore demo --story discovery --headless --seed 7`,
    )
    .action(async ({ headless, seed, story }: { headless: boolean; seed: number; story: StoryName }) => {
      const animated = process.stdout.isTTY && !headless
      const screen = animated ? animatedScreen(process.stdout) : headlessScreen(write)
      const wrong = await stories[story].play(seed, screen)
      process.exitCode = wrong === 0 ? 0 : 1
    })
}
