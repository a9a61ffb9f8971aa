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

/** What scaling remembers, as the table must hold it: `ScalingMemory` of model/memory.ts and model/slo-memory.ts. */

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
