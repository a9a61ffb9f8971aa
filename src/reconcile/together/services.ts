import { lastSegment } from '../../model/arn.ts'
import type { Service } from '../../model/service.ts'

/** What one look asks DescribeServices for. */
export interface ServicesAsked {
  cluster: string
  names: string[]
}

export interface ServicesTold {
  services: Service[]
  missing: string[]
}

/** DescribeServices takes ten names of one cluster (API reference). */
const namesPerCall = 10

/** In order, the first call that has room. A question is never split: the port does that. */
export function packServices(asked: ServicesAsked[]): ServicesAsked[][] {
  const calls: ServicesAsked[][] = []
  for (const each of asked) {
    const call = calls.find(
      ([first, ...others]) =>
        first?.cluster === each.cluster && namesOf([first, ...others, each]).length <= namesPerCall,
    )
    if (call) call.push(each)
    else calls.push([each])
  }
  return calls
}

/** Each name once. */
export const namesOf = (asked: ServicesAsked[]): string[] => [...new Set(asked.flatMap(({ names }) => names))]

/** Who is missing is missing to who asked for it. */
export function servicesFor({ names }: ServicesAsked, told: ServicesTold): ServicesTold {
  const asked = new Set(names.map(lastSegment))
  return {
    services: told.services.filter(({ service }) => asked.has(service)),
    missing: names.filter(name => told.missing.some(gone => lastSegment(gone) === lastSegment(name))),
  }
}
