/** A text with marks as pieces, for text nodes. Marks count code points, as the server does; strings do not. */

export interface Piece {
  text: string;
  marked: boolean;
}

export function pieces(text: string, marks: readonly (readonly [number, number])[]): Piece[] {
  const points = [...text];
  const found: Piece[] = [];
  let at = 0;
  for (const [start, end] of marks) {
    if (start < at || end <= start || end > points.length) continue;
    if (start > at) found.push({ text: points.slice(at, start).join(""), marked: false });
    found.push({ text: points.slice(start, end).join(""), marked: true });
    at = end;
  }
  if (at < points.length) found.push({ text: points.slice(at).join(""), marked: false });
  return found;
}
