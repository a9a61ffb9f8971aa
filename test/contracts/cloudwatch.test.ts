import { cloudWatchContract } from './cloudwatch.contract.ts'
import { rows } from './wire-harness.ts'

for (const [name, makePorts] of rows) cloudWatchContract(name, makePorts)
