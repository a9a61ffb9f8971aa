import { storeDifferentialContract } from './store-differential.contract.ts'
import { startDynalite } from './store-dynalite.ts'

storeDifferentialContract('dynalite', startDynalite)
