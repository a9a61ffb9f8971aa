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
