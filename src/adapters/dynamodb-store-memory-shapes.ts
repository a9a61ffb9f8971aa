import {
  byMember,
  flag,
  list,
  members,
  nullable,
  number,
  oneOf,
  optional,
  record,
  text,
} from '../model/shape.ts'

/** What Longshore remembers of a target, as the table must hold it: `Memory` of model/memory.ts and model/slo-memory.ts. */

const amount = nullable(number)

/** A count and when it was. */
const marks = list(list(number))

const learned = {
  capacityPerSecond: amount,
  fit: optional(list(number)),
  revision: optional(text),
  seenUntilMs: number,
  starts: optional(list(number)),
  starting: optional(list(text)),
}

const forecast = members({
  periodSeconds: number,
  loadedUntil: number,
  recent: list(list(number)),
  pending: list(list(number)),
  regression: members({ products: list(number), targets: list(number) }),
  jumps: members({ level: amount, share: number, bins: list(number) }),
  ...Object.fromEntries(
    ['levels', 'trends', 'bias', 'misses', 'bins', 'scales', 'weights'].map(name => [name, list(number)]),
  ),
})

const trigger = members({
  failedSinceMs: optional(number),
  suspiciousUntilMs: optional(number),
  most: optional(marks),
  least: optional(marks),
  slo: optional(
    byMember('kind', {
      requests: members({
        ...learned,
        most: marks,
        need: optional(number),
        delayMs: optional(number),
        price: optional(members({ ln: number, untilMs: number })),
        forecast: optional(forecast),
      }),
      queue: members({
        ...learned,
        came: optional(list(list(number))),
        launched: optional(marks),
        lastTask: optional(members({ keptSeconds: number, judgedAt: number })),
        busiest: optional(marks),
        working: optional(number),
        changed: optional(list(number)),
      }),
    }),
  ),
  window: optional(members({ of: text, open: flag, sinceMs: number, untilMs: number })),
})

export const scalingMemory = members({
  cooldown: nullable(
    members({
      direction: oneOf(['out', 'in']),
      startedAtMs: number,
      endsAtMs: number,
      baseCount: number,
    }),
  ),
  lastWrite: nullable(members({ desiredCount: number, replaced: list(number), atMs: number })),
  triggers: optional(record(trigger)),
  changes: optional(marks),
  lastActiveAtMs: optional(number),
})

const change = {
  task: optional(members({ cpuUnits: number, memoryMiB: number })),
  containers: list(members({ name: text, memoryMiB: number })),
}

export const memoryChange = members(change)

const grown = members({ ...change, atMs: number })

export const instanceHealth = oneOf(['HEALTHY', 'UNHEALTHY'])

export const strategy = list(members({ capacityProvider: text, base: number, weight: number }))

const spot = members({
  failures: list(members({ id: text, atMs: number })),
  fallback: optional(
    members({
      original: strategy,
      share: number,
      sinceMs: number,
      waitMs: number,
      set: strategy,
      before: members({ strategy, share: number }),
      changedAtMs: number,
      deploymentId: optional(text),
      isSeen: optional(flag),
    }),
  ),
  refusedAtMs: optional(number),
})
const hosts = record(members({ trouble: text, sinceMs: number, seenAtMs: number, told: optional(text) }))

export const memory = members({
  scaling: optional(scalingMemory),
  healing: optional(
    members({
      placements: record(members({ failures: number, nextTryAtMs: number })),
      recovering: record(members({ stoppedAtMs: number })),
      replaced: optional(
        record(
          members({
            attempt: number,
            atMs: number,
            for: optional(oneOf(['retirement', 'host'])),
            by: optional(text),
            endedAtMs: optional(number),
          }),
        ),
      ),
      hosts: optional(hosts),
      leftOnHost: optional(record(number)),
      unhealthySince: optional(record(number)),
      stopping: optional(record(members({ askAgainAtMs: number }))),
      grown: optional(record(grown)),
      spot: optional(
        members({
          failures: list(members({ id: text, atMs: number })),
          untilMs: number,
          moved: record(number),
        }),
      ),
      restarts: optional(list(number)),
      budgetToldAtMs: optional(number),
    }),
  ),
  serviceHealing: optional(
    members({
      stops: list(
        members({
          taskId: text,
          version: number,
          taskDefinitionArn: text,
          stoppedAtMs: number,
          cause: text,
          summary: text,
          container: optional(text),
        }),
      ),
      loops: record(members({ sinceMs: number, isTold: flag, lastAtMs: optional(number) })),
      toldDeployment: optional(text),
      standing: optional(members({ taskDefinitionArn: text, sinceMs: number })),
      good: optional(list(text)),
      rolledBack: optional(
        list(members({ taskDefinitionArn: text, atMs: number, isRefused: optional(flag) })),
      ),
      hosts: optional(hosts),
      machinesReadAtMs: optional(number),
      stopping: optional(record(members({ askAgainAtMs: number }))),
      spot: optional(spot),
    }),
  ),
  discovery: optional(
    members({
      operations: list(
        members({
          operationId: text,
          instanceId: text,
          verb: oneOf(['register', 'deregister']),
          startedAtMs: number,
        }),
      ),
      missingSince: record(number),
      failures: record(members({ count: number, nextTryAtMs: number })),
      full: optional(members({ untilMs: number })),
      health: optional(record(members({ status: instanceHealth, atMs: number }))),
      unnamedSince: optional(record(number)),
    }),
  ),
  living: optional(list(text)),
  looks: optional(number),
  standing: optional(record(text)),
})
