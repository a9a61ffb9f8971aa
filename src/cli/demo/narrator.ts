import type { JournalEntry } from '../../model/decision.ts'
import type { MetricDatum, SlackMessage } from '../../model/ports.ts'
import { targetName } from '../../model/target.ts'
import { isInjectedContainer } from '../../model/task.ts'
import type { EventBridgeEvent } from '../../world/events.ts'
import type { World } from '../../world/world.ts'
import { shortId } from './scene.ts'
import { type Screen, type Voice, voices } from './screen.ts'

/** Gathers what happens between two instants, and tells it in order. */
export interface Narrator {
  tell(screen: Screen): Promise<void>
  metrics(data: MetricDatum[]): void
  entry(entry: JournalEntry): void
  /** Acts that were told in Slack. */
  slackCount(): number
}

interface Said {
  voice: Voice
  atMs: number
  lines: string[]
}

export function createNarrator(world: World): Narrator {
  const said: Said[] = []
  let slack = 0
  const say = (voice: Voice, ...lines: string[]) => said.push({ voice, atMs: world.clock.now(), lines })

  world.onEvent(event => {
    const line = ofEvent(event)
    if (line) say(line.voice, line.text)
  })
  return {
    entry({ outcome, tell, target, sentence, because }) {
      if (outcome === 'held' && !tell && !unremarkable.has(because.code))
        say('hold', `${targetName(target)}: ${sentence}`)
    },
    metrics(data) {
      const shown = data.filter(isShown).map(ofMetric)
      if (shown.length > 0) say('metric', shown.join(' · '))
    },
    slackCount: () => slack,
    async tell(screen) {
      for (; slack < world.slack.messages.length; slack++) {
        const posted = world.slack.messages[slack]
        if (posted) {
          const [first = '', ...rest] = [posted.message.text, ...logOf(posted.message)].flatMap(text =>
            plain(text).split('\n'),
          )
          said.push({
            voice: 'slack',
            atMs: posted.atMs,
            lines: [`${posted.message.channel}  ${first}`, ...rest.map(line => `  ${line}`)],
          })
        }
      }
      // At one instant: first what happened, then what Longshore makes of it.
      const inOrder = said
        .splice(0)
        .sort((a, b) => a.atMs - b.atMs || voices.indexOf(a.voice) - voices.indexOf(b.voice))
      for (const { voice, atMs, lines } of inOrder) await screen.say(voice, atMs, lines)
    },
  }
}

/** Lines of a log stand in a block of their own, and not in the text. */
const logOf = ({ blocks }: SlackMessage): string[] =>
  (blocks as { elements?: { text: string }[] }[])
    .flatMap(({ elements = [] }) => elements.map(({ text }) => text))
    .filter(text => text.startsWith('Log of ') && text.includes('\n'))

/** What Slack shows for its three escapes. */
const plain = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')

const shownMetrics = new Set(['Decisions', 'Restarts', 'StopsByCause', 'StartDelay', 'TimeToRecover'])
const isShown = ({ name, dimensions }: MetricDatum): boolean =>
  shownMetrics.has(name) && dimensions.outcome !== 'held'

/** Holds that only say that all is well or under way. */
const unremarkable = new Set([
  'all-true',
  'within-bounds',
  'operation-pending',
  'alarm-insufficient-data',
  'not-stopped-yet',
])

const ofMetric = ({ name, value, unit, dimensions }: MetricDatum): string => {
  const amount = unit === 'Milliseconds' ? `${(value / 1000).toLocaleString('en')} s` : String(value)
  const where = Object.entries(dimensions).map(([key, of]) => `${key}=${of}`)
  return [`${name} ${amount}`, where.length > 0 && `(${where.join(', ')})`].filter(Boolean).join(' ')
}

function ofEvent({ 'detail-type': type, detail }: EventBridgeEvent): { voice: Voice; text: string } | null {
  if (type === 'CloudWatch Alarm State Change') return ofAlarm(detail)
  if (type === 'ECS Task State Change') return ofTask(detail)
  return null
}

interface AlarmDetail {
  alarmName?: string
  state?: { value?: string; reasonData?: string }
  previousState?: { value?: string }
}

function ofAlarm({ alarmName, state, previousState }: AlarmDetail): { voice: Voice; text: string } {
  const { recentDatapoints = [], threshold } = JSON.parse(state?.reasonData ?? '{}')
  const values = recentDatapoints.map((value: number) => value.toLocaleString('en')).join(', ')
  return {
    voice: 'alarm',
    text: `${alarmName}: ${previousState?.value} → ${state?.value} (${values} % CPU, threshold ${threshold} %)`,
  }
}

interface TaskDetail {
  taskArn?: string
  group?: string
  lastStatus?: string
  desiredStatus?: string
  stopCode?: string
  stoppedReason?: string
  containers?: { name?: string; exitCode?: number; reason?: string }[]
}

/** Three moments of a task: it runs, its stop begins, it has stopped. */
function ofTask(detail: TaskDetail): { voice: Voice; text: string } | null {
  const {
    taskArn = '',
    group = '',
    lastStatus,
    desiredStatus,
    stopCode,
    stoppedReason,
    containers = [],
  } = detail
  const name = `${group.replace(/^(service|family):/, '')} ${shortId(taskArn)}`
  if (lastStatus === 'RUNNING' && desiredStatus === 'RUNNING')
    return { voice: 'task', text: `${name} is running` }
  if (lastStatus === 'RUNNING')
    return { voice: 'task', text: `${name} is about to be stopped: ${stopCode}, “${stoppedReason}”` }
  if (lastStatus !== 'STOPPED') return null
  const exits = containers
    .filter(({ name = '' }) => !isInjectedContainer(name))
    .filter(({ exitCode, reason }) => reason || (exitCode !== undefined && exitCode !== 0))
    .map(({ name, exitCode, reason }) =>
      [name, exitCode !== undefined && `exit ${exitCode}`, reason].filter(Boolean).join(', '),
    )
  return {
    voice: 'task',
    text: [`${name} has stopped: ${stopCode}, “${stoppedReason}”`, ...exits].join('; '),
  }
}
