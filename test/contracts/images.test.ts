import { imagesContract } from './images.contract.ts'
import { rows } from './wire-harness.ts'

for (const [name, makePorts] of rows) imagesContract(name, makePorts)
