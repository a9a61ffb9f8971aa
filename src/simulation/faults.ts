/**
 * What can go wrong around Longshore, by name. Each stands for faults that the field's studies of controllers and AWS's own
 * delivery guarantees name; `docs/trust.md` has the table.
 */
export const faults = {
  duplicate: 'an event comes twice, with the same id or another',
  reorder: 'an event comes after later ones, so that an old version follows a newer',
  drop: 'an event never comes',
  delay: 'an event comes minutes late',
  poison: 'messages that nobody can understand, and strange ones that are none of our business',
  redeliver: 'a batch that was worked off comes again, as if the answer to SQS was lost',
  stale: 'a read answers with what was true up to a minute ago',
  partial: 'a describe or list leaves some of what there is out, a series of points is not whole',
  throttle: 'token buckets of the account, nearly emptied by others',
  error: 'a call fails before it is carried out',
  timeout: 'a call is carried out and its answer is lost',
  crash: 'a worker is killed at one of its awaits, before or after the call',
  freeze: 'a sandbox stands still in a call, beyond its lease, and goes on, perhaps with expired credentials',
  skew: 'clocks differ by up to five seconds, and step in the middle of the work',
  overlap: 'calls take time, so that workers overlap',
  index: 'the index of what is due lags behind the table',
  slack: 'Slack answers 429 with Retry-After, 5xx, or nothing although it posted',
  tick: 'the schedule misses, doubles or delays its minute',
  outage: 'one service of AWS, the table, or every call that changes something answers nothing for minutes',
  start: 'for minutes no function starts, as with a policy that cannot be read',
  bug: 'our own code throws whenever it deals with one target, to the end',
  policy: 'a new policy with other bounds, or in mode observe, is deployed on the way',
  upgrade: 'two versions work side by side for minutes, and their items differ',
  metrics: 'metrics fall silent, alarms flap, are forced, muted or deleted',
  deployment:
    'deployments begin, some of a revision that crashes, fails its checks or does not start, some of them again; what a service depends on is down',
  foreign: 'somebody else changes the desired count',
  recreate: 'a service is deleted and created again under the same name',
  capacity: 'no capacity for new tasks, for minutes, or a quota that is used up',
  host: 'machines are terminated with every task on them',
  health: 'containers fail their health checks, for a while or for good',
  'cloud-map':
    'an operation of Cloud Map ends in FAIL, or is refused by a quota; people register and deregister by hand',
  spot: 'Spot has no room for minutes, and takes tasks of services back',
  fall: 'what stands in front of a service is down: its load falls to nothing for minutes',
} as const

export type FaultName = keyof typeof faults

export const faultNames = Object.keys(faults) as FaultName[]

export const isFaultName = (name: string): name is FaultName => Object.hasOwn(faults, name)
