import { ours } from '../../backtest/outcome.ts'
import type { Score } from '../../backtest/score.ts'

/** Autoscalers in a sentence. */

const spoken: Record<string, string> = {
  'target-tracking': 'target tracking',
  'target-tracking-20s': 'target tracking on 20 s metrics',
  step: 'step scaling',
  hpa: 'HPA',
  keda: 'KEDA',
  predictive: 'predictive scaling',
  static: 'a fixed count',
}

/** `slo 0.1 % late`, `target tracking at 70 %`, `KEDA (queueLength 12)`. */
export function spokenName({ policy, setting }: Pick<Score, 'policy' | 'setting'>): string {
  const name = spoken[policy] ?? policy
  const [, knob, value] = /^(late|target|rps)\s+([\d.]+)\s*%$/.exec(setting) ?? []
  if (knob === 'late') return `${name} ${value} % late`
  if (knob !== undefined) return `${name} at ${value} %`
  return setting === '' ? name : `${name} (${setting})`
}

/** The share that a setting of ours promises, `late 0.1%`; null when it promises none. */
export function promisedShare({ policy, setting }: Pick<Score, 'policy' | 'setting'>): number | null {
  const promised = /^late\s+([\d.]+)\s*%$/.exec(setting)?.[1]
  return policy === ours && promised !== undefined ? Number(promised) / 100 : null
}
