/** SVG and HTML as text. */

export const escaped = (text: string): string => text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`)

type Attributes = Record<string, string | number | undefined>

/** `children` is markup; `written` makes it of a text. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const list = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(typeof value === 'number' ? short(value) : (value ?? ''))}"`)
    .join('')
  return children.length === 0 ? `<${name}${list}/>` : `<${name}${list}>${children.join('')}</${name}>`
}

export const written = (x: number, y: number, text: string, attributes: Attributes = {}): string =>
  element('text', { x, y, ...attributes }, escaped(text))

/** A tenth of a pixel is all that can be seen. */
export const short = (value: number): string => String(Math.round(value * 10) / 10)

/** A picture that is read aloud as its title and description. */
export function picture({ id, width, height, title, description }: Picture, ...children: string[]): string {
  return element(
    'svg',
    {
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-description`,
    },
    element('title', { id: `${id}-title` }, escaped(title)),
    element('desc', { id: `${id}-description` }, escaped(description)),
    ...children,
  )
}

export interface Picture {
  /** Unique in the page. */
  id: string
  width: number
  height: number
  title: string
  description: string
}
