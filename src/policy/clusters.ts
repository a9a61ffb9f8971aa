import { nearest, oneOf } from './nearest.ts'
import { isLiteral, matches } from './pattern.ts'
import type { Policy } from './policy.ts'
import { type Path, type Position, type Problem, renderPath } from './problem.ts'
import { quote } from './quote.ts'

/**
 * Rules that name a cluster which is not there, or with `*` match none of those that are.
 * `clusters`: every cluster of the account and Region, from the user offline, from ListClusters otherwise.
 */
export function checkAgainst(
  policy: Policy,
  { clusters }: { clusters: readonly string[] },
  where: { file: string; positionOf: (path: Path) => Position },
): Problem[] {
  const rules = [
    ...policy.services.map(({ match }, index) => ({ path: ['services', index, 'match', 'cluster'], match })),
    ...policy.tasks.map(({ match }, index) => ({ path: ['tasks', index, 'match', 'cluster'], match })),
  ]
  return rules
    .filter(({ match }) => !clusters.some(cluster => matches(match.cluster, cluster)))
    .map(({ path, match: { cluster } }) => {
      const meant = isLiteral(cluster) ? nearest(cluster, clusters) : null
      const there = clusters.length === 0 ? 'There are none.' : `There is ${oneOf(clusters)}.`
      return {
        file: where.file,
        ...where.positionOf(path),
        path: renderPath(path),
        sentence: `${quote(cluster)} ${isLiteral(cluster) ? 'is no cluster' : 'matches no cluster'}. ${meant ? `Did you mean ${meant}?` : there}`,
      }
    })
}
