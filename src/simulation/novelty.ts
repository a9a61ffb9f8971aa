import type { Store } from '../model/ports.ts'

/** The store as the next version writes it: its items hold fields of which this version has never heard. */
export const novelStore = (store: Store): Store => ({
  ...store,
  record: (lease, { intents, memory, settled }) =>
    store.record(lease, {
      intents: intents.map(intent => ({ ...intent, novelty: { since: 'next' } })),
      memory: { ...memory, novelty: { since: 'next', list: [1, 2, 3] } } as typeof memory,
      settled,
    }),
  keepEvidence: (target, evidence) =>
    store.keepEvidence(target, Object.assign({ novelty: 'next' }, evidence)),
  writeJournal: entry => store.writeJournal({ ...entry, novelty: 'next' } as typeof entry),
  keepLaunchSpec: (target, spec) => store.keepLaunchSpec(target, { ...spec, novelty: 'next' } as typeof spec),
})
