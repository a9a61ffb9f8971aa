import * as z from 'zod'
import { instant, isRecord, text, texts } from './lenient.ts'

/**
 * The EventBridge frame. `source`, `id`, `time`, `resources` may be missing where an input transformer cut them off:
 * `{"version":"0","id":"…","detail-type":"ECS Task State Change","source":"aws.ecs","account":"123456789012",
 * "time":"2025-05-06T11:02:34Z","region":"eu-west-1","resources":["arn:…"],"detail":{…}}`
 */
export interface Event {
  /** Lower case. */
  detailType: string
  /** Lower case; null when not told. */
  source: string | null
  /** Where it was delivered; null when not told. */
  account: string | null
  /** When it was sent, epoch ms; null when not told. */
  sentAtMs: number | null
  /** Absent when not told. */
  id?: string
  resources: string[]
  /** Null when there is none, or it is no object. */
  detail: Record<string, unknown> | null
}

const frame = z.object({
  'detail-type': text,
  id: text,
  source: text,
  account: text,
  time: instant,
  event_time: instant,
  resources: texts,
})

/** Null when the content is no EventBridge event. */
export function eventOf(content: Record<string, unknown>): Event | null {
  const told = frame.parse(content)
  if (told['detail-type'] === null) return null
  return {
    detailType: told['detail-type'].toLowerCase(),
    source: told.source?.toLowerCase() ?? null,
    account: told.account,
    sentAtMs: told.time ?? told.event_time,
    ...(told.id === null ? {} : { id: told.id }),
    resources: told.resources,
    detail: isRecord(content.detail) ? content.detail : null,
  }
}
