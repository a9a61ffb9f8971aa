import type { EventBridgeEvent } from '../world/events.ts'

/** How the machines really fared, taken from their events at the source. */
export interface MachineTruth {
  hear(event: EventBridgeEvent): void
  /** Spells of trouble, oldest first; `toMs` null = it lasts. */
  spells(arn: string): readonly Spell[]
}

export interface Spell {
  fromMs: number
  toMs: number | null
}

interface Machine {
  connected: boolean
  draining: boolean
  impaired: boolean
  spells: Spell[]
}

export function createMachineTruth(now: () => number): MachineTruth {
  const machines = new Map<string, Machine>()
  return {
    spells: arn => machines.get(arn)?.spells ?? [],
    hear({ 'detail-type': type, detail }) {
      if (!type.startsWith('ECS Container Instance')) return
      const arn = String(detail.containerInstanceArn)
      const machine = machines.get(arn) ?? { connected: true, draining: false, impaired: false, spells: [] }
      machines.set(arn, machine)
      if (type === 'ECS Container Instance Health Change')
        machine.impaired = detail.overallStatus === 'IMPAIRED'
      else {
        machine.connected = detail.agentConnected === true
        machine.draining = detail.status === 'DRAINING'
      }
      const isInTrouble = !machine.connected || machine.draining || machine.impaired
      const last = machine.spells.at(-1)
      const isOpen = last !== undefined && last.toMs === null
      if (isInTrouble && !isOpen) machine.spells.push({ fromMs: now(), toMs: null })
      if (!isInTrouble && last && isOpen) last.toMs = now()
    },
  }
}
