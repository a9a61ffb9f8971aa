import { clockTime, second, span } from '../../model/time.ts'
import { install } from '../installation.ts'
import { createNarrator } from './narrator.ts'
import { demoPolicy } from './policy.ts'
import { checkout, cloudMap } from './scene.ts'
import type { Screen } from './screen.ts'
import { createSetting, startAtMs } from './setting.ts'
import { type Chapter, type Stage, stepMs } from './story.ts'

/** A change of Cloud Map is an operation that takes some seconds. */
const operationMs = 10 * second

/** Plays the chapters on a fresh world. Answers how many checks did not hold. */
export async function play(chapters: Chapter[], seed: number, screen: Screen): Promise<number> {
  const setting = createSetting(seed)
  const { world } = setting
  const narrator = createNarrator(world)
  const longshore = install(world, demoPolicy(), { onMetrics: narrator.metrics, onEntry: narrator.entry })
  let chapterNumber = 0
  let checks = 0
  let wrong = 0

  /** By task: how long Cloud Map has been behind about it. */
  let behindMs = new Map<string, number>()
  let mostBehindMs = 0

  const step = async (ms: number) => {
    await longshore.runUntil(world.clock.now() + ms)
    const { living, named } = await cloudMap(setting)
    const wrongly = [...living, ...named].filter(id => living.includes(id) !== named.includes(id))
    behindMs = new Map(wrongly.map(id => [id, (behindMs.get(id) ?? 0) + ms]))
    mostBehindMs = Math.max(mostBehindMs, ...behindMs.values())
    await narrator.tell(screen)
    screen.status(await standing())
  }
  const standing = async () => {
    const { desired, running } = await checkout(setting)
    const { living, named } = await cloudMap(setting)
    const chapter = `chapter ${chapterNumber} of ${chapters.length}`
    return `${clockTime(world.clock.now())}  ${chapter} · checkout ${running}/${desired} tasks · Cloud Map ${named.length}/${living.length} living · ${narrator.slackCount()} messages`
  }
  const stage: Stage = {
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
  await stage.check(
    mostBehindMs <= operationMs,
    `at every step Cloud Map named exactly the living thumbnailers, never more than ${span(mostBehindMs)} late`,
  )
  const took = span(world.clock.now() - startAtMs)
  const verdict = wrong === 0 ? `${checks} checks held` : `${wrong} of ${checks} checks did not hold`
  await screen.say('title', world.clock.now(), [
    `${took} of a small ECS, ${narrator.slackCount()} messages, ${verdict}. Nothing of this touched AWS.`,
  ])
  screen.end()
  return wrong
}
