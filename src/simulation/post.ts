import { lookMessage } from '../intake/look.ts'
import type { Target } from '../model/target.ts'
import { minute, second } from '../model/time.ts'
import type { EventBridgeEvent } from '../world/events.ts'
import type { World } from '../world/world.ts'
import { routesOf } from './routes.ts'
import type { Truth } from './truth.ts'
import type { Weather } from './weather.ts'

/** The way of every message: EventBridge's rules, two SQS queues, and the dead letters behind them. */

/** As in stack/queues.yml. */
const visibilityMs = 180 * second
const receivesMax = 5

export type QueueName = 'services' | 'tasks'

export interface Letter {
  id: string
  body: string
  /** The event it carries; null for our own wake-ups and for what nobody can understand. */
  event: EventBridgeEvent | null
  isPoison: boolean
  receives: number
}

export interface Post {
  /** What EventBridge does with an event; `text` is the same as JSON. */
  take(event: EventBridgeEvent, text: string): void
  queues: Record<QueueName, Letter[]>
  deadLetters: { queue: QueueName; letter: Letter }[]
  /** Letters that are received and neither acknowledged nor visible again. */
  inFlight(): number
  receive(queue: QueueName, most: number): Letter[]
  /** The end of a batch: what is not acknowledged comes again, or is a dead letter. */
  finish(queue: QueueName, batch: Letter[], unacknowledged: ReadonlySet<string>): void
  /** What the operator does with dead letters that are no poison. */
  redrive(): void
}

const poisons = [
  '',
  'not JSON',
  '{"source":"aws.ecs","detail-type":"ECS Task State Change","detail":{"taskArn":17}}',
  '{"longshore":"look","target":"nowhere"}',
  `{"source":"aws.ecs","detail-type":"ECS Task State Change","detail":{"group":"service:${'x'.repeat(2_000)}`,
]

/** Understood, and none of our business: acknowledged at once. */
const strange = [
  '{"source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{"name":"logs"}}}',
  '{"source":"aws.ecs","detail-type":"ECS Task State Change","detail":{"taskArn":"arn:aws:ecs:eu-west-1:123456789012:task/prod/0d5e","lastStatus":"STOPPED","desiredStatus":"STOPPED","version":7}}',
  '{"source":"aws.ecs","detail-type":"ECS Something New","detail":{"clusterArn":"arn:aws:ecs:eu-west-1:123456789012:cluster/prod"}}',
  `{"source":"aws.ecs","detail-type":"ECS Task State Change","detail":{"taskArn":"arn:aws:ecs:eu-west-1:123456789012:task/elsewhere/0d5f","group":"service:other","lastStatus":"RUNNING","desiredStatus":"RUNNING","version":2,"overrides":{"containerOverrides":[{"name":"app","command":["${'y'.repeat(100_000)}"]}]}}}`,
]

export function createPost(world: World, weather: Weather, truth: Truth): Post {
  const queues: Post['queues'] = { services: [], tasks: [] }
  const deadLetters: Post['deadLetters'] = []
  let away = 0
  let sent = 0

  const put = (queue: QueueName, body: string, event: EventBridgeEvent | null, isPoison = false): void => {
    queues[queue].push({ id: `message-${++sent}`, body, event, isPoison, receives: 0 })
  }
  const deliver = (queue: QueueName, event: EventBridgeEvent, text = JSON.stringify(event)): void => {
    tellTruth(truth, event)
    put(queue, text, event)
  }
  const deliverAfter = (delayMs: number, queue: QueueName, event: EventBridgeEvent): void => {
    world.timeline.after(delayMs, () => deliver(queue, event))
  }

  const take: Post['take'] = (event, text) => {
    for (const queue of routesOf(event)) takeFor(queue, event, text)
  }
  const takeFor = (queue: QueueName, event: EventBridgeEvent, text: string): void => {
    if (weather.strikes('poison')) {
      const isStrange = weather.between('poison', 0, 1) === 0
      const bodies = isStrange ? strange : poisons
      put(queue, bodies[weather.between('poison', 0, bodies.length - 1)] ?? '', null, !isStrange)
    }
    if (weather.strikes('duplicate')) {
      const id = weather.between('duplicate', 0, 1) === 0 ? event.id : `again-${event.id}`
      deliverAfter(weather.between('duplicate', 0, 90) * second, queue, { ...event, id })
    }
    if (weather.isOut('events')) {
      weather.count('drop')
      return
    }
    if (weather.strikes('drop')) return
    if (weather.strikes('delay')) deliverAfter(weather.between('delay', 30, 900) * second, queue, event)
    else if (weather.strikes('reorder'))
      deliverAfter(weather.between('reorder', 1, 25) * second, queue, event)
    else deliver(queue, event, text)
  }
  world.onLook((target: Target) =>
    put(target.kind === 'service' ? 'services' : 'tasks', lookMessage(target), null),
  )

  return {
    take,
    queues,
    deadLetters,
    inFlight: () => away,
    receive(queue, most) {
      const batch = queues[queue].splice(0, most)
      for (const letter of batch) letter.receives += 1
      away += batch.length
      return batch
    },
    finish(queue, batch, unacknowledged) {
      for (const letter of batch) {
        if (!unacknowledged.has(letter.id)) away -= 1
        else if (letter.receives >= receivesMax) {
          away -= 1
          deadLetters.push({ queue, letter })
        } else
          world.timeline.after(visibilityMs, () => {
            away -= 1
            queues[queue].push(letter)
          })
      }
    },
    redrive() {
      for (const { queue, letter } of deadLetters.splice(0)) {
        if (letter.isPoison) deadLetters.push({ queue, letter })
        else queues[queue].push({ ...letter, receives: 0 })
      }
    },
  }
}

function tellTruth(truth: Truth, { 'detail-type': type, detail }: EventBridgeEvent): void {
  if (type !== 'ECS Task State Change' || detail.desiredStatus !== 'STOPPED') return
  const arn = String(detail.taskArn)
  const task = truth.tasks.get(arn.slice(arn.lastIndexOf('/') + 1))
  if (task) task.toldOfEnd = true
}

/** The longest a letter can be on its way: five receives, each with its visibility. */
export const longestWayMs = receivesMax * visibilityMs + 2 * minute
