declare module 'dynalite' {
  import type { Server } from 'node:http'

  /** DynamoDB in process; tables are in CREATING for `createTableMs`. */
  export default function dynalite(options?: { createTableMs?: number }): Server
}
