import { ec2Contract } from './ec2.contract.ts'
import { rows } from './wire-harness.ts'

for (const [name, makePorts] of rows) ec2Contract(name, makePorts)
