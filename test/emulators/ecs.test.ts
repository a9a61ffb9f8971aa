import { ecsContract } from '../contracts/ecs.contract.ts'
import { ecsDeploymentsContract } from '../contracts/ecs-deployments.contract.ts'
import { runTaskContract } from '../contracts/run-task.contract.ts'
import { throughEmulator } from './harness.ts'

ecsContract('the adapter', throughEmulator)
ecsDeploymentsContract('the adapter', throughEmulator)
runTaskContract('the adapter', throughEmulator)
