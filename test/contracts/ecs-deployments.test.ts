import { ecsDeploymentsContract } from './ecs-deployments.contract.ts'
import { rows } from './wire-harness.ts'

for (const [name, makePorts] of rows) ecsDeploymentsContract(name, makePorts)
