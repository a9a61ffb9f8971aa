import { second } from '../../model/time.ts'
import type { World } from '../../world/world.ts'

/** What every story is made of. `S`: what it is set in. */

/** What a chapter can do: let the world go on, tell, and hold Longshore to its word. */
export interface Stage<S> {
  setting: S
  run(ms: number): Promise<void>
  /** Lets the world go on until it is so, at most that long. */
  until(what: () => Promise<boolean>, mostMs: number): Promise<boolean>
  world(text: string): Promise<void>
  /** An event that the small world does not make itself, as EventBridge would bring it. */
  send(event: string): void
  check(isTrue: boolean, text: string): Promise<void>
}

export interface Chapter<S> {
  title: string
  play(stage: Stage<S>): Promise<void>
}

export interface Story<S extends { world: World }> {
  /** One line, for `--help`. */
  summary: string
  /** What the owner in it has written. */
  policy: string
  setting(seed: number): S
  chapters: Chapter<S>[]
  /** How things stand, for the line below the story. */
  standing(setting: S): Promise<string>
  /** Looked at after every step, from beginning to end. */
  always: {
    /** What is not true just now: each may stay so for a while. */
    untrue(setting: S): Promise<string[]>
    mostMs: number
    /** The promise, with the longest that anything was untrue. */
    promise(longest: string): string
  }
}

export const stepMs = second

/** 23 November 2026, 09:00 UTC. */
export const startAtMs = 1_795_424_400_000
