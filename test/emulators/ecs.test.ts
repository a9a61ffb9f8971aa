import { ecsContract } from '../contracts/ecs.contract.ts'
import { throughEmulator } from './harness.ts'

ecsContract('the adapter', throughEmulator)
