/** A browser that is driven by one of the W3C's protocols, with one page. */
export type Driver = {
  /** Opens a URL and waits until it has loaded. */
  open(url: string): Promise<void>
  /** Evaluates JavaScript that gives a string. */
  evaluate(expression: string): Promise<string>
  /** Performs actions of the keyboard or the pointer. Both protocols describe them the same way. */
  perform(source: InputSource): Promise<void>
  close(): Promise<void>
}

type Key = { type: 'keyDown' | 'keyUp'; value: string }
type Pointer =
  | { type: 'pointerMove'; x: number; y: number }
  | { type: 'pointerDown' | 'pointerUp'; button: number }

export type InputSource =
  | { type: 'key'; id: string; actions: Key[] }
  | { type: 'pointer'; id: string; actions: Pointer[] }

/** The key Enter in the actions of WebDriver: https://www.w3.org/TR/webdriver2/#keyboard-actions */
export const ENTER = '\uE007'

const CONTROL = '\uE009'

/** Presses a key while Control is held. */
export const withControl = (value: string): InputSource => ({
  type: 'key',
  id: 'keyboard',
  actions: [
    { type: 'keyDown', value: CONTROL },
    { type: 'keyDown', value },
    { type: 'keyUp', value },
    { type: 'keyUp', value: CONTROL },
  ],
})

export const typing = (text: string): InputSource => ({
  type: 'key',
  id: 'keyboard',
  actions: [...text].flatMap((value): Key[] => [
    { type: 'keyDown', value },
    { type: 'keyUp', value },
  ]),
})

export const clickAt = (x: number, y: number): InputSource => ({
  type: 'pointer',
  id: 'mouse',
  actions: [
    { type: 'pointerMove', x, y },
    { type: 'pointerDown', button: 0 },
    { type: 'pointerUp', button: 0 },
  ],
})
