/** As much XML as EC2's answers need: elements and text. */
export interface XmlElement {
  name: string
  text: string
  children: XmlElement[]
}

export function parseXml(xml: string): XmlElement {
  const root: XmlElement = { name: '', text: '', children: [] }
  const open = [root]
  for (const [, close, name = '', text = ''] of xml.matchAll(/<(\/?)([\w.]+)[^>]*>([^<]*)/g)) {
    if (close) {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes nothing`)
    } else {
      const element = { name, text, children: [] }
      open.at(-1)?.children.push(element)
      open.push(element)
    }
  }
  const [document, ...others] = root.children
  if (!document || others.length > 0 || open.length !== 1) throw new Error('not one document')
  return document
}
