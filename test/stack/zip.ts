/** The names in a zip, from its central directory (PKWARE APPNOTE, 4.3.12). */
export function filesInZip(zip: Buffer): string[] {
  const names: string[] = []
  for (let at = zip.indexOf(entrySignature); at >= 0; at = zip.indexOf(entrySignature, at + 1)) {
    const length = zip.readUInt16LE(at + 28)
    names.push(zip.toString('utf8', at + 46, at + 46 + length))
  }
  return names.sort()
}

const entrySignature = Buffer.from('PK\x01\x02', 'latin1')
