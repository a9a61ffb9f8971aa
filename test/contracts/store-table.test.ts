import { startDynalite } from './store-dynalite.ts'
import { storeTableContract } from './store-table.contract.ts'

storeTableContract('dynalite', startDynalite)
