import { describe, expect, it } from 'vitest'
import { decide } from '../../src/healing/decide.ts'
import { growthOf } from '../../src/healing/growth.ts'
import type { HealPolicy } from '../../src/healing/policy.ts'
import type { StoppedTask } from '../../src/healing/view.ts'
import { changedSpec } from '../../src/model/launch-spec.ts'
import type { HealingMemory } from '../../src/model/memory.ts'
import type { Task } from '../../src/model/task.ts'
import {
  container,
  crashed,
  firstRestart,
  lines,
  now,
  outOfMemory,
  policy,
  spec,
  stop,
  view,
} from './healing-tasks.ts'

const wishes = (growPercent = 50, upToMiB = 8_192): HealPolicy => ({
  ...policy(),
  oom: { growPercent, upToMiB },
})
const oomed = (change: Partial<Task> = {}): Task => crashed('a', { containers: [outOfMemory()], ...change })

const decided = (
  task: Task,
  by: HealPolicy = wishes(),
  change: Partial<StoppedTask> = {},
  memory?: HealingMemory,
) => decide(view([stop(task, change)]), by, memory, now)
const restarted = (...of: Parameters<typeof decided>) => {
  const restart = firstRestart(decided(...of))
  if (!restart) throw new Error('not run again')
  return restart
}

/** `256/1024 → 512/3072` of a Fargate task: CPU units and MiB. */
const grown = (cpuUnits: number, memoryMiB: number, growPercent: number, upToMiB: number): string => {
  const growth = growthOf(oomed({ cpuUnits, memoryMiB }), { growPercent, upToMiB })
  return growth.kind === 'more'
    ? `${growth.memory.task?.cpuUnits}/${growth.memory.task?.memoryMiB}`
    : growth.kind
}

describe('a task of Fargate that ran out of memory gets the next valid size', () => {
  it.each<[cpu: number, memory: number, grow: number, upTo: number, expected: string]>([
    [256, 512, 50, 8_192, '256/1024'],
    [256, 1_024, 50, 8_192, '256/2048'],
    [256, 2_048, 50, 8_192, '512/3072'],
    [512, 1_024, 50, 8_192, '512/2048'],
    [512, 4_096, 50, 8_192, '1024/6144'],
    [1_024, 2_048, 50, 8_192, '1024/3072'],
    [1_024, 8_192, 50, 16_384, '2048/12288'],
    [2_048, 16_384, 50, 65_536, '4096/24576'],
    [4_096, 30_720, 50, 122_880, '8192/49152'],
    [8_192, 16_384, 10, 65_536, '8192/20480'],
    [8_192, 61_440, 50, 122_880, '16384/98304'],
    [16_384, 32_768, 1, 122_880, '16384/40960'],
    // Up to the owner's limit, and not beyond it.
    [1_024, 6_144, 50, 8_192, '1024/8192'],
    [512, 3_072, 400, 5_000, '512/4096'],
    [8_192, 16_384, 50, 18_000, 'most'],
    [1_024, 8_192, 50, 8_192, 'most'],
    [1_024, 8_192, 50, 4_096, 'most'],
    [16_384, 122_880, 50, 999_999, 'most'],
  ])('%i units, %i MiB, %i%% more, up to %i MiB: %s', (cpu, memory, grow, upTo, expected) => {
    expect(grown(cpu, memory, grow, upTo)).toBe(expected)
  })

  it('from what to what is said, and sent', () => {
    const { do: action, because } = restarted(oomed())
    expect(because).toMatchObject({ memory: { fromMiB: 2_048, toMiB: 3_072 } })
    expect(action.change).toEqual({
      memory: { task: { cpuUnits: 512, memoryMiB: 3_072 }, containers: [] },
    })
    const sent = changedSpec(spec('a', { overrides: { cpu: '256', memory: '2048' } }), action.change ?? {})
    expect(sent.overrides).toEqual({ cpu: '512', memory: '3072' })
  })

  it('with limits of containers in proportion, beside what else is overridden', () => {
    const task = oomed({
      containers: [outOfMemory({ memoryMiB: 1_024 }), container({ name: 'side', memoryMiB: 512 })],
    })
    const { do: action } = restarted(task)
    const recorded = spec('a', {
      overrides: {
        containerOverrides: [
          { name: 'app', command: ['etl'] },
          { name: 'log', cpu: 10 },
        ],
      },
    })
    expect(changedSpec(recorded, action.change ?? {}).overrides).toEqual({
      cpu: '512',
      memory: '3072',
      containerOverrides: [
        { name: 'app', command: ['etl'], memory: 1_536 },
        { name: 'log', cpu: 10 },
        { name: 'side', memory: 768 },
      ],
    })
  })

  it('at the most, it is given up, and said what it had', () => {
    const verdict = decided(oomed({ cpuUnits: 1_024, memoryMiB: 8_192 }))
    expect(lines(verdict)).toEqual(['leave a memory-exhausted!'])
    expect(verdict.decisions[0]?.because).toEqual({
      code: 'memory-exhausted',
      memoryMiB: 8_192,
      upToMiB: 8_192,
    })
  })

  it('after the last attempt, it is said what it had', () => {
    const verdict = decided(oomed({ startedBy: 'longshore/r/5', memoryMiB: 6_144 }))
    expect(verdict.decisions[0]?.because).toEqual({
      code: 'attempts-exhausted',
      cause: 'oom',
      attempts: 5,
      memoryMiB: 6_144,
    })
  })
})

describe('a task on machines of the owner', () => {
  const machine: Partial<Task> = { launchType: 'EC2', containerInstanceArn: 'arn:instance' }

  it('gets more for the container that was killed, and for nothing else', () => {
    const task = oomed({
      ...machine,
      containers: [outOfMemory({ memoryMiB: 1_000 }), container({ name: 'side', memoryMiB: 64 })],
    })
    const { do: action, because } = restarted(task)
    expect(action.change).toEqual({ memory: { containers: [{ name: 'app', memoryMiB: 1_500 }] } })
    expect(because).toMatchObject({ memory: { fromMiB: 1_000, toMiB: 1_500 } })
  })

  it('is run as it was where its only limit is the machine', () => {
    const { do: action } = restarted(oomed(machine))
    expect(action).not.toHaveProperty('change')
  })

  it('at the most, it is given up', () => {
    const task = oomed({ ...machine, containers: [outOfMemory({ memoryMiB: 8_192 })] })
    expect(lines(decided(task))).toEqual(['leave a memory-exhausted!'])
  })
})

describe('the lineage remembers', () => {
  const first = restarted(oomed()).do
  const memory = decided(oomed()).memory

  it('what it was given, for a day', () => {
    expect(memory.grown).toEqual({ a: { ...first.change?.memory, atMs: now } })
    const later = decide(view([]), wishes(), memory, now + 86_399_999).memory
    expect(later.grown).toEqual(memory.grown)
    expect(decide(view([]), wishes(), memory, now + 86_400_000).memory).not.toHaveProperty('grown')
  })

  it('so that the next time it grows from there', () => {
    const second = oomed({ startedBy: 'longshore/a/1', cpuUnits: 512, memoryMiB: 3_072 })
    expect(restarted(second, wishes(), {}, memory).because).toMatchObject({
      memory: { fromMiB: 3_072, toMiB: 5_120 },
    })
  })

  const fromRoot: Partial<StoppedTask> = {
    spec: { kind: 'value', value: spec('a'), observedAtMs: now },
  }
  const replacement = crashed('b', { startedBy: 'longshore/a/1' })

  it('so that a replacement that crashed before it was recorded keeps it', () => {
    const { do: action, because } = restarted(replacement, wishes(), fromRoot, memory)
    expect(action.change).toEqual(first.change)
    expect(because).not.toHaveProperty('memory')
  })

  it('also where a new lineage begins', () => {
    const verdict = decided({ ...replacement, startedAtMs: now - 9e6 }, wishes(), fromRoot, memory)
    expect(verdict.memory.grown).toHaveProperty('b')
  })

  it('and a replacement that was recorded tells it by itself', () => {
    const own: Partial<StoppedTask> = { spec: { kind: 'value', value: spec('b'), observedAtMs: now } }
    expect(restarted(replacement, wishes(), own, memory).do).not.toHaveProperty('change')
  })
})

describe('without heal.oom', () => {
  it('it is run with what it had', () => {
    expect(restarted(oomed(), policy()).do).not.toHaveProperty('change')
  })
})
