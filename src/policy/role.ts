import type { Names } from './narrowest.ts'
import { distinct } from './pattern-lists.ts'
import type { Policy } from './policy.ts'
import { arn, type Condition, type Sub } from './statement.ts'

/** What the roles of the functions have in common. */

/**
 * A role's inline policies together may have 10,240 characters (docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
 * The rest is for its own things (stack/roles.yml) and for the roles that tasks may carry (stack/passed-roles.cjs).
 */
export const charactersMax = { service: 8_000, task: 6_500 }

/** `observe` changes nothing, and has no right to. */
export const acting = (policy: Policy): boolean => policy.mode === 'act'

export const tasksIn = (clusters: string[]): Sub[] => clusters.map(cluster => arn('ecs', `task/${cluster}/*`))

export const inRegion: Condition = { StringEquals: { 'ec2:Region': { 'Fn::Sub': `\${AWS::Region}` } } }

/** The condition for these clusters; none for none. */
export const inClusters = (clusters: string[]): Condition | undefined =>
  clusters.length === 0
    ? undefined
    : { ArnLike: { 'ecs:cluster': clusters.map(cluster => arn('ecs', `cluster/${cluster}`)) } }

/** Clusters as a condition beside ARNs that name them too: a second lock while there is room. */
export const guardOf = (clusters: string[]): Names => ({ noun: null, exact: distinct(clusters), whole: [] })

export const namesIn = (clusters: Map<string, string[]>, noun: string): Names[] =>
  [...clusters].map(([cluster, exact]) => ({ noun: `${noun} in ${cluster}`, exact, whole: ['*'] }))
