import { ecrImageOf, imageName } from '../../model/image.ts'
import { singleLine } from '../../model/single-line.ts'
import type { ContainerDefinition, Mark, TaskDefinition } from '../../model/task-definition.ts'

/** What one revision of a task definition does otherwise than another, in phrases: names and amounts, never a value. */

/** Names that are told of one kind; how many more there are is said. */
const namesMax = 6

/** `before` is the one that worked. Empty: nothing that a task definition can say is otherwise. */
export function difference(before: TaskDefinition, after: TaskDefinition): string[] {
  const pairs = pairsOf(before.containers, after.containers)
  const isAlone = before.containers.length === 1 && after.containers.length === 1
  return [
    ...pairs.flatMap(([old, young]) =>
      old && young
        ? ofContainer(old, young).map(phrase => (isAlone ? phrase : `${told(young.name)}: ${phrase}`))
        : [`container ${told((young ?? old)?.name ?? '')} ${young ? 'added' : 'removed'}`],
    ),
    ...ofTask(before, after),
  ]
}

function pairsOf(
  before: ContainerDefinition[],
  after: ContainerDefinition[],
): [ContainerDefinition | undefined, ContainerDefinition | undefined][] {
  const named = (among: ContainerDefinition[], name: string) => among.find(each => each.name === name)
  // One container that was renamed is still the same.
  if (before.length === 1 && after.length === 1) return [[before[0], after[0]]]
  const gone = before.filter(({ name }) => !named(after, name))
  return [
    ...after.map((young): [ContainerDefinition | undefined, ContainerDefinition] => [
      named(before, young.name),
      young,
    ]),
    ...gone.map((old): [ContainerDefinition, undefined] => [old, undefined]),
  ]
}

function ofContainer(before: ContainerDefinition, after: ContainerDefinition): string[] {
  const phrases = [
    before.name === after.name ? null : `name ${told(before.name)} → ${told(after.name)}`,
    before.image === after.image ? null : `image ${imageOf(before.image)} → ${imageOf(after.image)}`,
  ]
  const { settings: old } = before
  const { settings: young } = after
  if (old && young)
    phrases.push(
      ofNames('environment', old.environment, young.environment),
      ofNames('secrets', old.secrets, young.secrets),
      ofAmount('CPU', old.cpuUnits, young.cpuUnits),
      ofAmount('memory', old.memoryMiB, young.memoryMiB, ' MiB'),
      ofAmount('reserved memory', old.memoryReservationMiB, young.memoryReservationMiB, ' MiB'),
      ...ofOthers(old.others, young.others),
    )
  return phrases.filter(phrase => phrase !== null)
}

function ofTask({ settings: old }: TaskDefinition, { settings: young }: TaskDefinition): string[] {
  if (!old || !young) return []
  return [
    ofAmount('CPU of the task', old.cpuUnits, young.cpuUnits),
    ofAmount('memory of the task', old.memoryMiB, young.memoryMiB, ' MiB'),
    ...ofOthers(old.others, young.others),
  ].filter(phrase => phrase !== null)
}

/** `environment + NEW − OLD, changed URL`. */
function ofNames(what: string, before: Record<string, Mark>, after: Record<string, Mark>): string | null {
  const { added, removed, changed } = namesOf(before, after)
  const signed = [...added.map(name => `+ ${name}`), ...removed.map(name => `− ${name}`)]
  const parts = [
    signed.length > 0 ? some(signed, ' ') : null,
    changed.length > 0 ? `changed ${some(changed, ', ')}` : null,
  ].filter(part => part !== null)
  return parts.length === 0 ? null : `${what} ${parts.join(', ')}`
}

/** A command may hold a password: that it is another is all that is said. */
function ofOthers(before: Record<string, Mark>, after: Record<string, Mark>): string[] {
  const { added, removed, changed } = namesOf(before, after)
  const names = [...added, ...removed, ...changed].sort()
  return names.length === 0 ? [] : [`${some(names, ', ')} changed`]
}

function namesOf(before: Record<string, Mark>, after: Record<string, Mark>) {
  const marks = new Map(Object.entries(before))
  const names = Object.keys(after)
  return {
    added: names.filter(name => !marks.has(name)).sort(),
    removed: [...marks.keys()].filter(name => !names.includes(name)).sort(),
    changed: names.filter(name => marks.has(name) && marks.get(name) !== after[name]).sort(),
  }
}

const ofAmount = (what: string, before: number | null, after: number | null, unit = ''): string | null =>
  before === after ? null : `${what} ${before ?? 'none'} → ${after === null ? 'none' : `${after}${unit}`}`

const some = (names: string[], separator: string): string =>
  names.length <= namesMax
    ? names.map(told).join(separator)
    : `${names.slice(0, namesMax).map(told).join(separator)} and ${names.length - namesMax} more`

const nameMax = 60

const told = (name: string): string => {
  const line = singleLine(name)
  return line.length > nameMax ? `${line.slice(0, nameMax - 1)}…` : line
}

/** The end of a long name tells more: the registry is mostly the same. */
function imageOf(image: string | null): string {
  const own = ecrImageOf(image)
  const name = own ? imageName(own) : singleLine(image ?? 'none')
  return name.length > nameMax ? `…${name.slice(1 - nameMax)}` : name
}
