import { cloudMapContract } from '../contracts/cloud-map.contract.ts'
import { cloudWatchContract } from '../contracts/cloudwatch.contract.ts'
import { ec2Contract } from '../contracts/ec2.contract.ts'
import { queuesContract } from '../contracts/queues.contract.ts'
import { throughEmulator } from './harness.ts'

ec2Contract('the adapter', throughEmulator)
cloudMapContract('the adapter', throughEmulator)
cloudWatchContract('the adapter', throughEmulator)
queuesContract('the adapter', throughEmulator)
