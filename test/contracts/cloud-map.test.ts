import { cloudMapContract } from './cloud-map.contract.ts'
import { rows } from './wire-harness.ts'

for (const [name, makePorts] of rows) cloudMapContract(name, makePorts)
