/** KEDA's own loop, between nothing and something; from one on, the HPA scales (pkg/scaling/executor/scale_scaledobjects.go). */

export interface ActivationRules {
  /** `minReplicaCount`, default 0. */
  min: number
  /** Default 300 s after the last poll that found work; only before zero. */
  cooldownSeconds: number
  /** Default 0 s from the creation, for an object that never was active. */
  initialCooldownSeconds: number
  /** `activationThreshold`, default 0: above it there is work. */
  threshold: number
}

export const defaultActivation: ActivationRules = {
  min: 0,
  cooldownSeconds: 300,
  initialCooldownSeconds: 0,
  threshold: 0,
}

export interface Activation {
  /** The count after a poll at `now`; `value` is null when the scaler failed: an error never looks like zero. */
  poll(current: number, value: number | null, now: number): number
}

export function activation(rules: ActivationRules, createdAt: number): Activation {
  const { min, cooldownSeconds, initialCooldownSeconds, threshold } = rules
  let lastActive: number | null = null

  return {
    poll(current, value, now) {
      if (value === null || !Number.isFinite(value)) return current
      if (value > threshold) {
        lastActive = now
        return current === 0 ? Math.max(1, min) : current
      }
      if (current < min) return min
      if (current === 0 || min > 0) return current
      const restsSince =
        lastActive === null ? createdAt + initialCooldownSeconds : lastActive + cooldownSeconds
      return restsSince < now ? 0 : current
    },
  }
}
