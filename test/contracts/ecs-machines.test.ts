import { ecsMachinesContract } from './ecs-machines.contract.ts'
import { worldRows } from './wire-harness.ts'

for (const [name, makePorts] of worldRows) ecsMachinesContract(name, makePorts)
