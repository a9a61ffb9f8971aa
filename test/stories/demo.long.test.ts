import { expect, it } from 'vitest'
import { headlessScreen } from '../../src/cli/demo/screen.ts'
import { stories } from '../../src/cli/demo/stories.ts'

it.each(Object.entries(stories))(
  'in the demo of %s Longshore keeps its word on thirty mornings',
  async (_, story) => {
    for (let seed = 100; seed < 130; seed++)
      expect(
        await story.play(
          seed,
          headlessScreen(() => {}),
        ),
        `seed ${seed}`,
      ).toBe(0)
  },
)

it.each(Object.entries(stories))(
  'the demo of %s is the same byte for byte with the same seed, and another with another',
  async (_, story) => {
    const told = async (seed: number): Promise<string> => {
      const said: string[] = []
      await story.play(
        seed,
        headlessScreen(text => said.push(text)),
      )
      return said.join('')
    }
    const text = await told(7)
    expect(text).not.toBe('')
    expect(await told(7)).toBe(text)
    expect(await told(8)).not.toBe(text)
  },
)
