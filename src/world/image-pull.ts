import type { TaskRecord } from './ecs-records.ts'
import type { Registry } from './registry.ts'

/** False: an image is gone. A service revision names the digests; a standalone task gets what the tag names now. */
export function pullImages(registry: Registry, task: TaskRecord): boolean {
  const { owner, containers } = task
  const revision = owner?.service.deployments.find(({ id }) => id === owner.deploymentId)
  for (const container of containers) {
    const resolved = revision?.images.find(({ image }) => image === container.image)?.digest
    const repository = container.image?.replace(/[:@][^/]*$/, '')
    const digest = registry.pull(resolved ? `${repository}@${resolved}` : container.image)
    // Machines fall back on what they have pulled before (developer guide, pull-behavior): here, on everything.
    if (digest === null && task.instance === null) return false
    if (digest === null) continue
    if (digest !== undefined) container.imageDigest = digest
  }
  return true
}
