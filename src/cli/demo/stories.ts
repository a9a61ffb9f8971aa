import type { World } from '../../world/world.ts'
import { play } from './demo.ts'
import { discovery } from './discovery.ts'
import { healing } from './healing.ts'
import type { Screen } from './screen.ts'
import type { Story } from './stage.ts'
import { morning } from './story.ts'

/** What `--story` can name, the default first. */

export interface Told {
  summary: string
  /** On a fresh world. Answers how many checks did not hold. */
  play(seed: number, screen: Screen): Promise<number>
}

const told = <S extends { world: World }>(story: Story<S>): Told => ({
  summary: story.summary,
  play: (seed, screen) => play(story, seed, screen),
})

export const stories = {
  morning: told(morning),
  discovery: told(discovery),
  healing: told(healing),
} satisfies Record<string, Told>
export type StoryName = keyof typeof stories
