import { createHash } from 'node:crypto'
import {
  BatchDeleteImageCommand,
  CreateRepositoryCommand,
  ECRClient,
  PutImageCommand,
} from '@aws-sdk/client-ecr'
import { type AwsSettings, clientSettings } from '../../src/adapters/settings.ts'
import type { Account } from '../contracts/account.ts'
import { present } from './account-ecs.ts'

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`

export function createEcrSide(
  settings: AwsSettings & { credentials: { accessKeyId: string } },
): Pick<Account, 'imageName' | 'pushImage' | 'deleteImage'> {
  const client = new ECRClient(clientSettings(settings))
  const repositories = new Set<string>()
  let pushes = 0
  return {
    imageName: (repository, tag) =>
      `${settings.credentials.accessKeyId}.dkr.ecr.eu-west-1.amazonaws.com/${repository}:${tag}`,
    pushImage: async (repositoryName, imageTag) => {
      if (!repositories.has(repositoryName))
        await client.send(new CreateRepositoryCommand({ repositoryName }))
      repositories.add(repositoryName)
      pushes += 1
      const mediaType = 'application/vnd.docker.distribution.manifest.v2+json'
      const config = {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        size: 2,
        digest: digestOf(`config ${pushes}`),
      }
      // moto makes the digest out of the layers'.
      const layer = {
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
        size: 2,
        digest: digestOf(`layer ${pushes}`),
      }
      const imageManifest = JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [layer] })
      const { image } = await client.send(new PutImageCommand({ repositoryName, imageTag, imageManifest }))
      return present(image?.imageId?.imageDigest)
    },
    deleteImage: async (repositoryName, by) => {
      const imageId = 'tag' in by ? { imageTag: by.tag } : { imageDigest: by.digest }
      await client.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [imageId] }))
    },
  }
}
