import { isoTime } from '../model/time.ts'

/** What the notice says: ARNs of tasks, services as `cluster|service`. */
export const retirementDetail = (affected: string | string[], atMs: number): Record<string, unknown> => ({
  service: 'ECS',
  eventTypeCode: 'AWS_ECS_TASK_PATCHING_RETIREMENT',
  eventTypeCategory: 'scheduledChange',
  statusCode: 'upcoming',
  startTime: isoTime(atMs),
  affectedEntities: [affected].flat().map(entityValue => ({ entityValue })),
})

/** AWS Health's notice that tasks will be stopped, as EventBridge delivers it: ARNs of tasks, services as `cluster|service`. */
export const retirementNotice = (
  affected: string | string[],
  atMs: number,
  detail: Record<string, unknown> = {},
): string =>
  JSON.stringify({
    version: '0',
    id: '19283746-5546-4738-9281-726354433221',
    'detail-type': 'AWS Health Event',
    source: 'aws.health',
    account: '111122223333',
    time: isoTime(atMs - 604_800_000),
    region: 'eu-west-1',
    resources: [affected].flat(),
    detail: {
      ...retirementDetail(affected, atMs),
      ...detail,
    },
  })
