import { cloudMapContract } from '../contracts/cloud-map.contract.ts'
import { cloudWatchContract } from '../contracts/cloudwatch.contract.ts'
import { ec2Contract } from '../contracts/ec2.contract.ts'
import { imagesContract } from '../contracts/images.contract.ts'
import { logsContract } from '../contracts/logs.contract.ts'
import { queuesContract } from '../contracts/queues.contract.ts'
import { taskDefinitionContract } from '../contracts/task-definition.contract.ts'
import { throughEmulator } from './harness.ts'

ec2Contract('the adapter', throughEmulator)
cloudMapContract('the adapter', throughEmulator)
cloudWatchContract('the adapter', throughEmulator)
queuesContract('the adapter', throughEmulator)
imagesContract('the adapter', throughEmulator)
logsContract('the adapter', throughEmulator)
taskDefinitionContract('the adapter', throughEmulator)
