import { logsContract } from './logs.contract.ts'
import { rows } from './wire-harness.ts'

for (const [name, makePorts] of rows) logsContract(name, makePorts)
