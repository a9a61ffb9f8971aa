import { type RestartGroup, restartGroups } from '../../healing/policy.ts'
import { minute, second } from '../../model/time.ts'
import type { Randomness } from '../../world/randomness.ts'
import { chance } from '../chance.ts'
import type { FamilyPart, ServicePart } from '../scenario.ts'
import { plainPlace } from './places.ts'
import { carefree } from './revisions.ts'

/** Draws what there is in an account: services and families of standalone tasks. */

export function drawServices(random: Randomness): ServicePart[] {
  const count = random.pick([0, 1, 1, 1, 2])
  return Array.from({ length: count }, (_, index) => drawService(random, ['web', 'api'][index] ?? 'web'))
}

function drawService(random: Randomness, name: string): ServicePart {
  const kind = random.pick(['ECS', 'ECS', 'ECS', 'ECS', 'ECS', 'DAEMON', 'CODE_DEPLOY', 'EXTERNAL'] as const)
  const min = random.between(1, 2)
  const max = min + random.between(1, 4)
  const tags: Record<string, string> = {}
  if (chance(random, 0.1)) tags['longshore:max'] = random.pick([String(max - 1), String(max + 2), 'many'])
  if (chance(random, 0.1)) tags['longshore:paused'] = 'incident 7'
  const desired = kind === 'DAEMON' ? 1 : random.between(Math.max(1, min - 1), max + 1)
  return {
    name,
    strategy: kind === 'DAEMON' ? 'DAEMON' : 'REPLICA',
    controller: kind === 'DAEMON' ? 'ECS' : kind,
    managed: chance(random, 0.9),
    desired,
    min,
    max,
    outCooldownMs: random.pick([1, 2, 3]) * minute,
    inCooldownMs: random.pick([1, 2, 3]) * minute,
    step: random.pick([1, 1, 2]),
    treatMissingData: random.pick(['missing', 'ignore', 'breaching', 'notBreaching']),
    composite: chance(random, 0.15),
    disabled: chance(random, 0.05) ? random.pick(['high', 'low'] as const) : null,
    tags,
    requestsPerSecond: random.between(20, 100 * max),
    signals: null,
    spot: null,
    care: carefree,
  }
}

export function drawFamilies(random: Randomness): FamilyPart[] {
  const count = random.pick([0, 1, 1, 1, 2])
  return Array.from({ length: count }, (_, index) =>
    drawFamily(random, ['nightly', 'thumbs'][index] ?? 'nightly'),
  )
}

function drawFamily(random: Randomness, name: string): FamilyPart {
  const heals = chance(random, 0.9)
  return {
    name,
    managed: chance(random, 0.9),
    tasks: random.between(1, 3),
    capacity: random.pick(['fargate', 'fargate', 'spot', 'spot', 'machines'] as const),
    neighbour: chance(random, 0.6),
    checked: chance(random, 0.3),
    place: plainPlace,
    heal: heals
      ? {
          on: drawGroups(random),
          attempts: random.between(1, 4),
          firstMs: random.pick([5, 10, 20]) * second,
          maxMs: random.pick([30, 60]) * second,
        }
      : null,
    discover: !heals || chance(random, 0.5),
    planned: null,
  }
}

function drawGroups(random: Randomness): RestartGroup[] {
  if (chance(random, 0.5)) return [...restartGroups]
  const some = restartGroups.filter(() => chance(random, 0.6))
  return some.length > 0 ? some : ['crash']
}
