import { clockTime, span } from '../../model/time.ts'
import type { World } from '../../world/world.ts'
import { install } from '../installation.ts'
import { createNarrator } from './narrator.ts'
import { policyIn } from './policy.ts'
import type { Screen } from './screen.ts'
import { type Stage, type Story, startAtMs, stepMs } from './stage.ts'

/** Plays the story on a fresh world. Answers how many checks did not hold. */
export async function play<S extends { world: World }>(
  { chapters, always, standing: standingIn, ...story }: Story<S>,
  seed: number,
  screen: Screen,
): Promise<number> {
  const setting = story.setting(seed)
  const { world } = setting
  const narrator = createNarrator(world)
  const longshore = install(world, policyIn(story.policy), {
    onMetrics: narrator.metrics,
    onEntry: narrator.entry,
  })
  let chapterNumber = 0
  let checks = 0
  let wrong = 0

  /** How long each has been untrue by now. */
  let untrueMs = new Map<string, number>()
  let longestMs = 0

  const step = async (ms: number) => {
    await longshore.runUntil(world.clock.now() + ms)
    const untrue = await always.untrue(setting)
    untrueMs = new Map(untrue.map(each => [each, (untrueMs.get(each) ?? 0) + ms]))
    longestMs = Math.max(longestMs, ...untrueMs.values())
    await narrator.tell(screen)
    screen.status(await standing())
  }
  const standing = async () => {
    const chapter = `chapter ${chapterNumber} of ${chapters.length}`
    return `${clockTime(world.clock.now())}  ${chapter} · ${await standingIn(setting)} · ${narrator.slackCount()} messages`
  }
  const stage: Stage<S> = {
    setting,
    async run(ms) {
      for (let left = ms; left > 0; left -= stepMs) await step(Math.min(left, stepMs))
    },
    async until(what, mostMs) {
      for (let left = mostMs; left > 0; left -= stepMs) {
        if (await what()) return true
        await step(stepMs)
      }
      return what()
    },
    send: longshore.send,
    world: text => screen.say('world', world.clock.now(), [text]),
    async check(isTrue, text) {
      checks += 1
      if (!isTrue) wrong += 1
      await screen.say(isTrue ? 'check' : 'wrong', world.clock.now(), [
        `${isTrue ? '✓' : '✗ not so:'} ${text}`,
      ])
    },
  }
  for (const chapter of chapters) {
    chapterNumber += 1
    await screen.say('title', world.clock.now(), [`${chapterNumber}. ${chapter.title}`])
    await chapter.play(stage)
  }
  await stage.check(longestMs <= always.mostMs, always.promise(span(longestMs)))
  const took = span(world.clock.now() - startAtMs)
  const verdict = wrong === 0 ? `${checks} checks held` : `${wrong} of ${checks} checks did not hold`
  await screen.say('title', world.clock.now(), [
    `${took} of a small ECS, ${narrator.slackCount()} messages, ${verdict}. Nothing of this touched AWS.`,
  ])
  screen.end()
  return wrong
}
