import type { DiscoverPolicy } from '../discovery/policy.ts'
import type { HealPolicy } from '../healing/policy.ts'
import type { ServiceHealPolicy } from '../healing/services/policy.ts'
import type { ScalePolicy } from '../scaling/policy.ts'

/** The owner's wishes, checked and with every default filled in. */
export interface Policy {
  /** `observe` decides and tells, and changes nothing. */
  mode: 'act' | 'observe'
  slack: SlackPolicy | null
  services: ServiceRule[]
  tasks: TaskRule[]
}

/** Exactly one of token and webhook: the *name* of an SSM SecureString parameter, never the secret. */
export type SlackPolicy =
  | { channel: string; tokenParameter: string; webhookParameter: null }
  | { channel: null; tokenParameter: null; webhookParameter: string }

/** `*` matches any run of characters. The first rule that matches wins. */
export interface ServiceRule {
  match: { cluster: string; service: string }
  scale: ScalePolicy | null
  heal: ServiceHealPolicy | null
}
export interface TaskRule {
  match: { cluster: string; family: string }
  heal: HealPolicy | null
  discover: DiscoverPolicy | null
}

/** What holds for one service after its tags (`longshore:min`, `longshore:max`, `longshore:paused`) had their say. */
export interface ServicePolicy {
  scale: ScalePolicy | null
  /** The tag's value as a reason, or null when not paused. */
  paused: string | null
  /** Tags that could not be used, one sentence each; the rule's own value holds instead. */
  problems: string[]
}
