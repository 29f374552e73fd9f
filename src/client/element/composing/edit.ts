/** A change of a text: what stands between `from` and `to` becomes `text`. Then `select` is selected. */
export type Edit = { from: number; to: number; text: string; select: [number, number] }

/** Changes a field as typing does, so that undo works. It must have the focus. */
export const apply = (field: HTMLTextAreaElement, { from, to, text, select }: Edit): void => {
  field.setSelectionRange(from, to)
  // The one way to change a field that browsers undo. The standard calls it obsolete, and has no other.
  const isDone = document.execCommand(text === '' ? 'delete' : 'insertText', false, text)
  if (!isDone) {
    field.setRangeText(text, from, to, 'end')
    field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText', data: text }))
  }
  field.setSelectionRange(...select)
}
