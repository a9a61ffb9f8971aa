import { ecsDeploymentsContract } from './ecs-deployments.contract.ts'
import { deploymentRows } from './wire-harness.ts'

for (const [name, makePorts] of deploymentRows) ecsDeploymentsContract(name, makePorts)
