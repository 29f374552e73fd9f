/**
 * Ignores a click on a row that became another one's while it was pressed. Rows of a list are drawn again when the list changes, such as by
 * a new frame: without this, a moderator would approve the message that moved into the place of the one that was pressed. A row says in
 * `data-of` what it stands for.
 */
export const guardPresses = (root: EventTarget): void => {
  let pressed: { row?: HTMLElement | null; of?: string | undefined } = {}
  for (const type of ['pointerdown', 'click'])
    root.addEventListener(
      type,
      (event) => {
        const row = (event.target as Element).closest<HTMLElement>('[data-of]')
        const { of } = row?.dataset ?? {}
        if (type !== 'click') pressed = { row, of }
        // A click by a key or a script has no press, and a detail of 0.
        else if ((event as MouseEvent).detail > 0 && row === pressed.row && of !== pressed.of)
          event.stopPropagation()
      },
      true,
    )
}
