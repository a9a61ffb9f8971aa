import { taskDefinitionContract } from './task-definition.contract.ts'
import { rows } from './wire-harness.ts'

for (const [name, makePorts] of rows) taskDefinitionContract(name, makePorts)
