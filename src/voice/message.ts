import type { ContextBlock, SectionBlock } from '@slack/types'
import type { JournalEntry, Room, Verb } from '../model/decision.ts'
import type { SlackMessage } from '../model/ports.ts'
import { targetKey, targetName } from '../model/target.ts'
import { clockTime } from '../model/time.ts'
import { shortened, singleLine, slackText, withQuotaLinks } from './escape.ts'

/** What is told about one act or one hold. Slack and the terminal are both rendered from it. */
interface Message {
  mark: string
  /** Which target, and what Longshore did about it. */
  headline: string
  /** Whole sentences: why, and for a failure what went wrong and what follows. */
  sentences: string[]
  facts: string[]
  /** Lines of a log, each on a line of its own. */
  lines: string[]
  /** Target, mode, time, and the id by which a message that arrives twice is recognised. */
  identity: string[]
}

const deeds: Record<Verb, { done: string; infinitive: string }> = {
  'update-service': { done: 'changed the number of tasks', infinitive: 'change the number of tasks' },
  'run-task': { done: 'ran a stopped task again', infinitive: 'run a stopped task again' },
  'stop-deployment': {
    done: 'had a deployment rolled back',
    infinitive: 'have a deployment rolled back',
  },
  'roll-back-service': {
    done: 'rolled back to an earlier revision',
    infinitive: 'roll back to an earlier revision',
  },
  'register-instance': { done: 'added a task to Cloud Map', infinitive: 'add a task to Cloud Map' },
  'stop-task': { done: 'stopped a task', infinitive: 'stop a task' },
  'deregister-instance': { done: 'took a task out of Cloud Map', infinitive: 'take a task out of Cloud Map' },
  'set-instance-health': {
    done: 'told Cloud Map how healthy a task is',
    infinitive: 'tell Cloud Map how healthy a task is',
  },
}

const holds: Record<Room, string> = {
  scaling: 'left the number of tasks as it is',
  healing: 'left a stopped task as it is',
  discovery: 'left Cloud Map as it is',
}

const marks: Record<JournalEntry['outcome'], string> = {
  done: '●',
  failed: '✗',
  superseded: '–',
  observed: '○',
  held: '–',
}

/** Of a service: nothing is done about it by us, and nothing of ours stopped. */
const tidings: [prefix: string, deed: string][] = [
  ['crash-loop', 'sees a crash loop'],
  ['deployment-', 'sees a stuck deployment'],
]

function holdOf({ room, because, untilMs }: JournalEntry): string {
  if (untilMs !== null) return `waits until ${clockTime(untilMs)} UTC`
  return tidings.find(([prefix]) => because.code.startsWith(prefix))?.[1] ?? holds[room]
}

function deedOf(entry: JournalEntry): string {
  const { verb, outcome, change, because } = entry
  // Nothing has stopped yet.
  if (because.code.startsWith('retirement')) return retirementDeed(entry)
  if (because.code.startsWith('machine')) return machineDeeds[outcome]
  if (verb === null || outcome === 'held') return holdOf(entry)
  if (change && outcome === 'done') return `scaled ${direction(change)}, ${change.from} → ${change.to} tasks`
  if (change && outcome === 'observed')
    return `would scale ${direction(change)}, ${change.from} → ${change.to} tasks`
  switch (outcome) {
    case 'done':
      return deeds[verb].done
    case 'failed':
      return `could not ${deeds[verb].infinitive}`
    case 'superseded':
      return `did not ${deeds[verb].infinitive}`
    case 'observed':
      return `would ${deeds[verb].infinitive}`
  }
}

const retirementDeeds: Record<JournalEntry['outcome'], string> = {
  done: 'started another task in the place of one that AWS will stop',
  failed: 'could not start another task in the place of one that AWS will stop',
  superseded: 'did not start another task in the place of one that AWS will stop',
  observed: 'would start another task in the place of one that AWS will stop',
  held: 'heard that AWS will stop a task',
}

const machineDeeds: Record<JournalEntry['outcome'], string> = {
  done: 'started another task in the place of one whose machine is in trouble',
  failed: 'could not start another task in the place of one whose machine is in trouble',
  superseded: 'did not start another task in the place of one whose machine is in trouble',
  observed: 'would start another task in the place of one whose machine is in trouble',
  held: 'sees a machine in trouble',
}

const retirementDeed = ({ outcome, target }: JournalEntry): string =>
  outcome === 'held' && target.kind === 'service'
    ? 'heard that AWS will stop some of its tasks'
    : retirementDeeds[outcome]

const direction = ({ from, to }: { from: number; to: number }): string => (to > from ? 'out' : 'in')

/** What follows the reason. A failed call may have been applied all the same (a timeout), hence no promise about the state it left. */
function sequelOf({ outcome, failure }: JournalEntry): string[] {
  switch (outcome) {
    case 'failed':
      return [
        failure ? `The call failed: ${failure}` : 'The call failed without a reason.',
        'Longshore looks again and decides from what it finds.',
      ]
    case 'superseded':
      return ['Left over from an interrupted look: decided again from the present.']
    case 'observed':
      return ['Mode observe: nothing was changed.']
    case 'done':
    case 'held':
      return []
  }
}

function messageOf(entry: JournalEntry): Message {
  const { target, outcome } = entry
  const mode = outcome === 'held' ? [] : [`Mode: ${outcome === 'observed' ? 'observe' : 'act'}`]
  return {
    mark: marks[outcome],
    headline: singleLine(`${targetName(target)} (${target.cluster}): Longshore ${deedOf(entry)}`),
    sentences: [entry.sentence, ...sequelOf(entry)].map(singleLine).filter(Boolean),
    facts: factsOf(entry, false).slice(0, factsMax),
    lines: factsOf(entry, true).slice(0, linesMax),
    identity: [targetKey(target), ...mode, `${clockTime(entry.atMs)} UTC`, `id ${entry.id}`].map(singleLine),
  }
}

const factsOf = ({ facts }: JournalEntry, areLines: boolean): string[] =>
  facts
    .filter(({ value, isLine = false }) => isLine === areLines && singleLine(value) !== '')
    .map(({ label, value }) => singleLine(label === '' ? value : `${label}: ${value}`))

/**
 * Slack refuses a block's text over 3,000 characters, a top-level text over 4,000, and a whole message of about 13,200
 * (slackapi/bolt-js#2509). Every part has a bound of its own, so that a long reason cannot push out what follows it:
 * together at most 600 + 3 × 780 in the section, 10 × 280, 5 × 200 and 4 × 600 in the context lines, and 600 + 3 × 780 + 10 × 100
 * in the top-level text, which no line of a log is in.
 */
const headlineMax = 600
const sentenceMax = 780
const factsMax = 10
const factMax = 280
const spokenFactMax = 100
const linesMax = 5
const lineMax = 200
const identityMax = 600
const separator = ' · '

/**
 * The one message about one journal entry. `text` is the notification and what screen readers speak.
 * Outside text is escaped, and `verbatim` keeps Slack from finding mentions or links in it; only pages of Service Quotas are links.
 */
export function slackMessage(entry: JournalEntry, slack: { channel: string | null }): SlackMessage {
  const { mark, headline, sentences, facts, lines, identity } = messageOf(entry)
  const title = `${mark} ${slackText(headline, headlineMax)}`
  const body = sentences.map(sentence => withQuotaLinks(slackText(sentence, sentenceMax)))
  const section: SectionBlock = {
    type: 'section',
    text: { type: 'mrkdwn', text: [`*${title}*`, ...body].join('\n'), verbatim: true },
  }
  return {
    channel: slack.channel,
    text: [title, ...body, ...lineOf(facts, spokenFactMax)].join('\n'),
    blocks: [
      { ...section },
      ...lineOf(facts, factMax).map(contextOf),
      ...lineOf(lines, lineMax, '\n').map(contextOf),
      ...lineOf(identity, identityMax).map(contextOf),
    ],
  }
}

/** One line, or none when there is nothing to say. */
const lineOf = (parts: string[], partMax: number, between = separator): string[] =>
  parts.length === 0 ? [] : [parts.map(part => slackText(part, partMax)).join(between)]

function contextOf(line: string): Record<string, unknown> {
  const context: ContextBlock = {
    type: 'context',
    elements: [{ type: 'mrkdwn', text: line, verbatim: true }],
  }
  return { ...context }
}

/** The same message for a terminal: a first line, then indented ones. */
export function plainLines(entry: JournalEntry): string[] {
  const { mark, headline, sentences, facts, lines, identity } = messageOf(entry)
  return [
    `${mark} ${shortened(headline, headlineMax)}`,
    ...sentences.map(sentence => `  ${shortened(sentence, sentenceMax)}`),
    ...(facts.length === 0 ? [] : [`  ${facts.map(fact => shortened(fact, factMax)).join(separator)}`]),
    ...lines.map(line => `  ${shortened(line, lineMax)}`),
    `  ${identity.map(part => shortened(part, identityMax)).join(separator)}`,
  ]
}
