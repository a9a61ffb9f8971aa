import { describe } from 'vitest'
import type { Store } from '../../src/model/ports.ts'
import { evidenceContract } from './store-evidence.contract.ts'
import { journalContract } from './store-journal.contract.ts'
import { ledgerContract } from './store-ledger.contract.ts'
import { stopsContract } from './store-stops.contract.ts'

/** What every `Store` does. `make` gives an empty one. */
export function storeContract(name: string, make: () => Promise<Store>): void {
  describe(`${name}: ledger`, () => ledgerContract(make))
  describe(`${name}: evidence`, () => evidenceContract(make))
  describe(`${name}: stops`, () => stopsContract(make))
  describe(`${name}: journal`, () => journalContract(make))
}
