import { createHmac } from 'node:crypto'
import type { Mark } from './task-definition.ts'

/** Keyed, so that nobody can try out values against a mark; cut short, as it is compared with few others. */
export const createMarks =
  (key: Buffer | string) =>
  (value: unknown): Mark =>
    createHmac('sha256', key)
      .update(JSON.stringify(value) ?? '')
      .digest('base64url')
      .slice(0, 16)
