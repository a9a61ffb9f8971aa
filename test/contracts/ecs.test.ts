import { ecsContract } from './ecs.contract.ts'
import { runTaskContract } from './run-task.contract.ts'
import { rows } from './wire-harness.ts'

for (const [name, makePorts] of rows) {
  ecsContract(name, makePorts)
  runTaskContract(name, makePorts)
}
