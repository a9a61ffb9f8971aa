/**
 * Deliberate mistakes in the production code, each of them one that a real operator has shipped or nearly did. The simulation must
 * find every one. `changes`: file below src/, a text that stands there exactly once, and what stands there instead.
 */
export interface Mutant {
  name: string
  changes: [file: string, text: string, instead: string][]
}

/** One change in one file. */
export const mutant = (name: string, file: string, text: string, instead: string): Mutant => ({
  name,
  changes: [[file, text, instead]],
})
