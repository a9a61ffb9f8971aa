/** Moves labels apart, up or down, until each has `gap` pixels; their order stays. */
export function spread<Label extends { at: number }>(
  labels: Label[],
  gap: number,
  top: number,
  bottom: number,
): Label[] {
  const placed = labels.map(label => ({ ...label })).sort((a, b) => a.at - b.at)
  let least = top
  for (const label of placed) {
    label.at = Math.max(label.at, least)
    least = label.at + gap
  }
  let most = bottom
  for (const label of placed.toReversed()) {
    label.at = Math.min(label.at, most)
    most = label.at - gap
  }
  return placed
}
