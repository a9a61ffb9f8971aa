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
  const tasks = /: (\d+ tasks?)$/.exec(setting)?.[1]
  if (tasks !== undefined) return `${name} of ${tasks}`
  return setting === '' ? name : `${name} (${briefSetting(setting)})`
}

/** Without what explains the value: `100% of peak` of `100% of peak: 24 tasks`, `queueLength 12` of `queueLength 12 (30 s of work)`. */
export const briefSetting = (setting: string): string => setting.replace(/(: | \().*$/, '')

/** The share that a setting of ours promises, `late 0.1%`; null when it promises none. */
export function promisedShare({ policy, setting }: Pick<Score, 'policy' | 'setting'>): number | null {
  const promised = /^late\s+([\d.]+)\s*%$/.exec(setting)?.[1]
  return policy === ours && promised !== undefined ? Number(promised) / 100 : null
}
